"""Fixtures that several test modules share."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from flows.pipeline import run
from flows.settings import Settings

# A slow or busy machine is no failure of a property.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse of the sample articles, published once for all tests; don't write to it."""
    settings = Settings(raw=ROOT / "raw", warehouse=tmp_path_factory.mktemp("samples") / "news.duckdb", workers=1)
    assert run(settings).status == "published"
    return settings


#: Invented sentences to make articles of; each is prose that no rule may touch.
SENTENCES = (
    "नगर परिषद ने पुराने पुल की मरम्मत के लिए इस साल दो चरणों में काम कराने का निर्णय लिया है।",
    "अधिकारियों के अनुसार पहले चरण में खंभों की जाँच होगी और उसके बाद भारी वाहनों का रास्ता बदला जाएगा।",
    "व्यापारियों ने माँग रखी कि त्योहार के दिनों में बाज़ार की ओर जाने वाली सड़क खुली रखी जाए।",
    "परिषद की अगली बैठक में ख़र्च का पूरा हिसाब सदस्यों के सामने रखा जाएगा और उस पर चर्चा होगी।",
    "स्थानीय लोगों का कहना है कि बरसात से पहले काम पूरा नहीं हुआ तो आना-जाना मुश्किल हो जाएगा।",
    "इंजीनियरों के दल ने नदी के बहाव को देखते हुए नींव की गहराई बढ़ाने का सुझाव दिया है।",
    "विश्वविद्यालय के छात्रों ने पुल के इतिहास पर एक छोटी प्रदर्शनी लगाई जिसे बहुत लोगों ने देखा।",
    "किसानों ने बताया कि नहर का पानी समय पर मिलने से इस बार गेहूँ की बुआई जल्दी शुरू हो सकी।",
)
#: Words that make the title of each page its own.
PLACES = ("मोहनपुर", "रामगढ़", "सीतापुर", "लालगंज", "नवाबगंज", "हरिपुर", "देवगाँव", "चंदनपुर", "माधोपुर", "फूलपुर", "गोविंदगढ़")
THINGS = ("पुल", "नहर", "स्कूल", "अस्पताल", "बाज़ार", "सड़क", "तालाब", "मेला", "पुस्तकालय", "बस अड्डा", "पार्क", "मंडी", "घाट")


def make_page(number: int, footer: str | None = None, extra: str | None = None) -> str:
    """A text page of its own: title, three paragraphs, and what the test adds."""
    size = len(SENTENCES)
    paragraphs = [
        f"{SENTENCES[(number + k) % size]} {SENTENCES[(number * 3 + k + 1) % size]} यह बात क्रम {number}{k} में दर्ज है।"
        for k in range(3)
    ]
    place, thing = PLACES[number % len(PLACES)], THINGS[number * 3 % len(THINGS)]
    lines = [
        f"{place} में {thing} पर फैसला: खबर {number}",
        "",
        *paragraphs,
        *([extra] if extra else []),
        *([footer] if footer else []),
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty raw folder and a warehouse to be; files count as settled, for tests write and run at once."""
    (tmp_path / "raw").mkdir()
    return Settings(raw=tmp_path / "raw", warehouse=tmp_path / "news.duckdb", workers=1, mentions=False)
