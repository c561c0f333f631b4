"""A raw folder of invented articles that grows step by step; the same seed gives the same bytes."""

from __future__ import annotations

import gzip
import html
import random
from pathlib import Path

SITES = ("setu", "ghat", "maidan")
PEOPLE = ("व्लादिमीर पुतिन", "नरेंद्र मोदी", "सर्गेई लावरोव", "एस जयशंकर", "शहबाज़ शरीफ़", "इमोमाली रहमोन")
PLACES = ("रूस", "पाकिस्तान", "मॉस्को", "दिल्ली", "ताशकंद", "इस्लामाबाद", "कज़ाख़स्तान", "दुशांबे")
GROUPS = ("संयुक्त राष्ट्र", "विश्व बैंक", "शंघाई सहयोग संगठन", "रूसी विदेश मंत्रालय")
#: Each is prose; {who}, {where} and {group} are names to be found in it.
SENTENCES = (
    "{who} ने {where} में कहा कि नई रेल लाइन का पहला हिस्सा अगले साल तैयार हो जाएगा।",
    "{group} की बैठक में {where} के प्रतिनिधियों ने सीमा पर व्यापार की शर्तें गिनाईं।",
    "अधिकारियों के अनुसार {where} से आने वाली मालगाड़ियाँ अब दो दिन में पहुँचेंगी।",
    "किसानों ने बताया कि नहर का पानी समय पर मिलने से बुआई जल्दी शुरू हो सकी।",
    "{who} और {other} की मुलाक़ात {where} के पुराने किले में दोपहर बाद हुई।",
    "जानकारों का मानना है कि {group} का यह क़दम छोटे कारोबारियों के काम आएगा।",
    "{where} के विश्वविद्यालय ने नदी के बहाव पर एक अध्ययन छापा है जिसकी चर्चा हो रही है।",
    "बैठक के बाद {who} ने पत्रकारों के सवालों के जवाब नहीं दिए और सीधे हवाई अड्डे गए।",
)
FOOTERS = {site: f"{site} की चिट्ठी हर रविवार आपके मेल पर" for site in SITES}


def make_article(number: int, edition: int = 1) -> tuple[str, bytes]:
    """Path and bytes of an article: text, a page or an archive, by its number; another edition says other things."""
    chance = random.Random(f"{number} {edition}")
    site = SITES[number % len(SITES)]
    title = f"{chance.choice(PLACES)} में रेल और व्यापार पर बातचीत: क्रम {number}"
    paragraphs = [
        " ".join(
            sentence.format(
                who=chance.choice(PEOPLE),
                other=chance.choice(PEOPLE),
                where=chance.choice(PLACES),
                group=chance.choice(GROUPS),
            )
            for sentence in chance.sample(SENTENCES, 3)
        )
        + f" यह बात क्रम {number} की {edition}.{part} टिप्पणी में दर्ज है।"
        for part in range(4)
    ]
    name = f"{site}/{number % 7}/{number:06}"
    if number % 4 == 1:
        lines = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>\n{lines}</article>"
        return f"{name}.html", f"{page}<footer><p>{FOOTERS[site]}</p></footer></body></html>\n".encode()
    text = "\n\n".join([title, *paragraphs, FOOTERS[site]]) + "\n"
    return (
        (f"{name}.txt.gz", gzip.compress(text.encode(), mtime=0)) if number % 4 == 2 else (f"{name}.txt", text.encode())
    )


def write_article(raw: Path, number: int, edition: int = 1) -> Path:
    path, data = make_article(number, edition)
    file = raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def grow(raw: Path, step: int, *, added: int = 4, most: int = 60) -> None:
    """The changes of a step: articles come, one of the last step is edited, the oldest go so that `most` stay."""
    for number in range(step * added, (step + 1) * added):
        write_article(raw, number)
    if step:
        write_article(raw, step * added - 1, edition=2)
    for number in range(max(0, (step + 1) * added - most - added), (step + 1) * added - most):
        (raw / make_article(number)[0]).unlink(missing_ok=True)
