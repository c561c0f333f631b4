"""trafilatura's verdict is matched to the page's blocks, and no page makes it stop or slow down a run."""

from __future__ import annotations

import pytest
import trafilatura

from flows.text.extraction import NOTHING, Extraction, extract_page, fold_letters, restore_marks
from flows.text.html import page_blocks, parse_page

PARAGRAPHS = (
    "नगर परिषद ने पुराने पुल की मरम्मत के लिए इस साल दो चरणों में काम कराने का निर्णय लिया है।",
    "अधिकारियों के अनुसार पहले चरण में खंभों की जाँच होगी और उसके बाद <b>भारी</b> वाहनों का रास्ता <a href=x>बदला</a> जाएगा।",
    "व्यापारियों ने माँग रखी कि त्योहार के दिनों में बाज़ार की ओर जाने वाली सड़क श्र\u094d\u200dद्धा से खुली रखी जाए।",
    "परिषद की अगली बैठक में ख़र्च का पूरा हिसाब सदस्यों के सामने रखा जाएगा और उस पर चर्चा होगी।",
)
PAGE = f"""<html lang=hi><head><title>पुल पर फैसला | ख़बर</title>
<meta name=author content="मोहित राठौड़">
<meta property=article:published_time content=2024-03-05T10:00:00+05:30></head><body>
<nav><ul><li><a href=/>होम</a><li><a href=/a>देश</a><li><a href=/b>विदेश</a></ul></nav>
<article><h1>पुल पर फैसला</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}
<h2>व्यापारियों की माँग</h2>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS[::-1])}</article>
<aside><h3>और ख़बरें</h3><ul><li><a href=/1>किसानों को समय पर मिला नहर का पानी, बुआई शुरू</a><li><a href=/2>बैठक</a></ul>
</aside>
<footer>सर्वाधिकार सुरक्षित</footer></body></html>"""


def verdicts(html: str) -> dict[str, bool]:
    root = parse_page(html)
    assert root is not None
    blocks = page_blocks(root)
    return {block.text.strip(): kept for block, kept in zip(blocks, extract_page(root).find_kept(blocks), strict=True)}


def test_article_is_told_from_the_rest() -> None:
    kept = verdicts(PAGE)
    assert [text for text, is_kept in kept.items() if (is_kept and "परिषद" in text) or "व्यापारियों" in text]
    for text, is_kept in kept.items():
        if len(text) > 60:
            assert is_kept == text.endswith("।"), text
    assert kept["व्यापारियों की माँग"]
    assert not any(kept[text] for text in ("होम", "देश", "बैठक", "सर्वाधिकार सुरक्षित"))


def test_metadata() -> None:
    root = parse_page(PAGE)
    assert root is not None
    found = extract_page(root)
    assert (found.title, found.date) == ("पुल पर फैसला", "2024-03-05")
    assert restore_marks(found.authors, [PAGE]) == "मोहित राठौड़"


NAMES = {
    "vowel sign": ("नरेंद्र मोद", "नरेंद्र मोदी"),
    "several": ("रवि शर्म; अमित शाह", "रवि शर्मा; अमित शाह"),
    "not on the page": ("सुनील वर्म", "सुनील वर्म"),
    "Latin": ("Amit Shah", "Amit Shah"),
    "none": (None, None),
}


@pytest.mark.parametrize(("cut", "whole"), NAMES.values(), ids=NAMES.keys())
def test_marks_that_trafilatura_cuts_off_come_back(cut: str | None, whole: str | None) -> None:
    assert restore_marks(cut, ["By नरेंद्र मोदी, रवि शर्मा", "अमित शाह और Amit Shah"]) == whole


SPELLINGS = {
    "stop of an initial": ("Asha K Rao", "By Asha K. Rao", "Asha K. Rao"),
    "user": ("Asharao", "Posted by asharao on Monday", "asharao"),
    "user with digits": ("Asharao", "asharao81 wrote", "asharao81"),
    "address": ("Gram Example", "© gram.example", "gram.example"),
    "capitals are no spelling": ("Asha Rao", "ASHA RAO", "Asha Rao"),
    "not across lines": ("Asha Rao", "asha\nrao", "Asha Rao"),
    "not inside a word": ("Rao", "karaoke", "Rao"),
}


@pytest.mark.parametrize(("name", "page", "spelt"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_names_are_spelt_as_on_the_page(name: str, page: str, spelt: str) -> None:
    assert restore_marks(name, page.split("\n")) == spelt


def test_the_tree_is_left_as_it_was() -> None:
    root = parse_page(PAGE)
    assert root is not None
    before = page_blocks(root)
    extract_page(root)
    assert page_blocks(root) == before


FOUND = Extraction(lines={"पुलपरफैसला": 1}, letters=frozenset({"नगरपरिषदनेपुरानेपुलकीमरम"[:24], "अधिकारियोंकेअनुसारपहलेच"[:24]}))
HOLDS = {
    "a short line": ("पुल पर फैसला!", True),
    "part of a short line": ("पुल", False),
    "nothing": (" – ", False),
    "a long line": ("नगर परिषद ने पुराने पुल की मरम", True),
    "a long line with joiners": ("नगर\u200d परिषद ने पुराने पुल की मरम", True),
    "another long line": ("किसानों ने बताया कि नहर का पानी मिल गया", False),
}


@pytest.mark.parametrize(("text", "expected"), HOLDS.values(), ids=HOLDS.keys())
def test_holds(text: str, expected: bool) -> None:
    assert FOUND.holds(fold_letters(text)) is expected


def test_copies_in_menus_and_hidden_boxes_are_not_kept() -> None:
    title = "पुल पर फैसला"
    page = PAGE.replace(
        "<aside>", f"<div hidden><h1>{title}</h1><p>{PARAGRAPHS[0]}</p></div><aside><a href=/>{title}</a>"
    )
    root = parse_page(page)
    assert root is not None
    blocks = page_blocks(root)
    kept = [block for block, is_kept in zip(blocks, extract_page(root).find_kept(blocks), strict=True) if is_kept]
    assert not any(block.is_hidden or block.link_share == 1 for block in kept)
    assert PARAGRAPHS[0] in [block.text for block in kept]


TOO_MUCH = {
    "deep": "<div>" * 500 + PARAGRAPHS[0],
    "many": "<p>क" * 60_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("html", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_page_made_to_hold_up_goes_without(html: str) -> None:
    root = parse_page(html)
    assert root is not None
    assert extract_page(root) is NOTHING


def test_failure_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    root = parse_page(PAGE)
    assert root is not None
    assert extract_page(root) is NOTHING
    assert not NOTHING.holds(fold_letters(PARAGRAPHS[0]))


def test_a_date_to_come_is_a_date_whenever_the_run_is() -> None:
    root = parse_page(PAGE.replace("2024-03-05", "2091-03-05"))
    assert root is not None
    assert extract_page(root).date == "2091-03-05"
