"""Makes a corpus of invented news pages of any size: seeded, with a Zipf vocabulary, names and known boilerplate.

    .venv/bin/python bench/corpus.py FOLDER --articles 1000 [--words 500] [--form text|html] [--seed 1]

A page depends on the seed and its number alone, so a larger corpus holds the smaller one. Words come from the shipped
lists of common words and, for the long tail, from syllables; people are given name and surname, places are cities. The
boilerplate is that of the web: masthead, share line, links to other stories, comment form, a slogan for each site.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RULES = Path(__file__).resolve().parent.parent / "flows" / "rules"
ZIPF = 1.05  # exponent of the frequency of words and names
TAIL = 60_000  # invented words beside the common ones
PEOPLE = 20_000
SITES = ("nadipatra", "parvatvani", "marusandesh", "samudralekh", "vanprahari", "gramdoot", "nagarbodh", "setusamvad")

#: %w is a word, %n a person, %p a place; each is a frame that a news report could have.
FRAMES = (
    "%n ने %p में %w %w और %w को लेकर %w %w की बात कही है।",
    "%p के %w %w में इस साल %w %w का काम पूरा होने की उम्मीद है।",
    "अधिकारियों के अनुसार %w %w से जुड़े %w को %p तक पहुँचाने की योजना बनाई गई है।",
    "इस बैठक में %n और %n के बीच %w %w पर लंबी चर्चा हुई।",
    "लोगों का कहना है कि %w %w के बिना %w का %w आगे नहीं बढ़ सकता।",
    "पिछले महीने %p और %p के बीच %w %w के लिए समझौता हुआ था।",
    "उन्होंने कहा कि %w %w पर %w का असर धीरे-धीरे दिखाई देने लगा है।",
    "रिपोर्ट में बताया गया है कि %w की %w में %w प्रतिशत से अधिक %w दर्ज की गई।",
    "राष्ट्रपति %n ने %w %w के मौके पर %p की %w का ज़िक्र किया।",
    "विशेषज्ञ मानते हैं कि %w %w को देखते हुए %w %w पर फिर से विचार करना होगा।",
    "%p में रहने वाले %n ने बताया कि %w %w की वजह से %w %w बंद करना पड़ा।",
    "सरकार ने %w %w के लिए अलग से %w देने का फैसला किया है।",
    "हालांकि %w %w को लेकर अभी तक कोई %w %w जारी नहीं किया गया है।",
    "विदेश मंत्री %n ने %p में कहा कि %w और %w के बीच %w जारी रहेगा।",
)
TITLES = ("%p में %w %w पर %n का बड़ा बयान", "%w %w को लेकर %p में बढ़ी %w", "%n ने %p में किया %w %w का ऐलान")
MONTHS = ["जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"]
FURNITURE = ("Facebook Twitter WhatsApp Telegram", "यह भी पढ़ें", "अपनी राय कमेंट में लिखें", "Copyright © सर्वाधिकार सुरक्षित")

Zipf = NDArray[np.float64]


@dataclass(frozen=True)
class Page:
    """A page as a site serves it."""

    path: str
    text: str


@dataclass(frozen=True)
class Words:
    """What pages are made of: in order of their frequency, with the cumulated shares of Zipf's law."""

    words: list[str]
    people: list[str]
    places: list[str]
    shares: dict[int, Zipf]


def make_pages(articles: int, *, words: int = 500, form: str = "text", seed: int = 1) -> Iterator[Page]:
    """The pages 0, 1, 2 … of a corpus."""
    for number in range(articles):
        yield make_page(number, words=words, form=form, seed=seed)


def make_page(number: int, *, words: int = 500, form: str = "text", seed: int = 1) -> Page:
    """One page of about so many words of article, and some 100 of boilerplate."""
    source = load_words(seed)
    chance = np.random.default_rng([seed, number])
    site = SITES[number % len(SITES)]
    fill = filled(source, chance, 2 * words)
    title = next(fill(TITLES))
    paragraphs, count = [], 0
    while count < words:
        paragraph = " ".join(islice(fill(FRAMES), int(chance.integers(1, 4))))
        count += paragraph.count(" ") + 1
        paragraphs.append(paragraph)
    others = [next(fill(TITLES)) for _ in range(4)]
    day = f"{chance.integers(1, 29)} {MONTHS[chance.integers(12)]} {chance.integers(2019, 2027)}"
    place = source.places[int(chance.integers(len(source.places)))]
    paragraphs[0] = f"{place}: {paragraphs[0]}"
    lines = (site, title, day, paragraphs, others, number)
    folder = f"{site}/{number // 1000:04}"
    if form == "html":
        return Page(f"{folder}/{number:08}.html", html_of(*lines))
    return Page(f"{folder}/{number:08}.txt", text_of(*lines))


def text_of(site: str, title: str, day: str, paragraphs: list[str], others: list[str], number: int) -> str:
    """A page as a crawler's plain text has it."""
    return "\n".join(
        [
            f"{site} | हिंदी समाचार",
            title,
            "",
            day,
            FURNITURE[0],
            *(line for paragraph in paragraphs for line in (paragraph, "")),
            FURNITURE[1],
            *others,
            f"{site} की हर खबर सबसे पहले",
            *FURNITURE[2:],
            "",
        ]
    )


def html_of(site: str, title: str, day: str, paragraphs: list[str], others: list[str], number: int) -> str:
    """A page as a site serves it; half its bytes are markup, style and script."""
    links = "".join(f'<li class="rel"><a href="/story/{number}-{i}">{other}</a></li>' for i, other in enumerate(others))
    menu = "".join(f'<li><a href="/section/{i}">{word}</a></li>' for i, word in enumerate(MONTHS))
    body = "".join(f'<p class="story-p">{paragraph}</p>\n' for paragraph in paragraphs)
    style = "".join(f".c{i}{{margin:{i}px;padding:{i}px}}" for i in range(120))
    return f"""<!DOCTYPE html>
<html lang="hi"><head><meta charset="utf-8"><title>{title} | {site}</title>
<meta property="og:title" content="{title}"><link rel="canonical" href="https://{site}.example/story/{number}">
<style>{style}</style></head>
<body><header><div class="logo">{site}</div><nav><ul>{menu}</ul></nav></header>
<main><article class="story"><h1>{title}</h1><div class="date"><time>{day}</time></div>
<div class="share">{FURNITURE[0]}</div>
{body}</article>
<aside class="related"><h3>{FURNITURE[1]}</h3><ul>{links}</ul></aside>
<section class="comments"><h4>{FURNITURE[2]}</h4></section></main>
<footer><p>{site} की हर खबर सबसे पहले</p><p>{FURNITURE[3]}</p></footer>
<script>var page={number};{"/*tracking*/" * 100}</script></body></html>
"""


def filled(source: Words, chance: np.random.Generator, most: int):  # type: ignore[no-untyped-def]
    """A function that gives frames, their slots filled, for ever."""
    draw = {
        "w": drawn(source.words, source, chance, most),
        "n": drawn(source.people, source, chance, 100),
        "p": drawn(source.places, source, chance, 100),
    }

    def fill(frames: tuple[str, ...]) -> Iterator[str]:
        while True:
            first, *rest = frames[int(chance.integers(len(frames)))].split("%")
            yield first + "".join(next(draw[part[0]]) + part[1:] for part in rest)

    return fill


def drawn(values: list[str], source: Words, chance: np.random.Generator, at_once: int) -> Iterator[str]:
    """Values for ever, the first most often."""
    shares = source.shares[len(values)]
    while True:
        for index in np.searchsorted(shares, chance.random(at_once)).tolist():
            yield values[index]


@cache
def load_words(seed: int) -> Words:
    """The words, people and places of a seed."""
    chance = np.random.default_rng(seed)
    common = _lines("common_words.txt") + _lines("common_words_news.txt")
    words = [*_shuffled(common, chance), *invented(TAIL, chance)]
    given, surnames = _lines("given_names.txt"), _lines("surnames.txt")
    people = [
        f"{given[one]} {surnames[other]}"
        for one, other in zip(
            chance.integers(len(given), size=PEOPLE).tolist(),
            chance.integers(len(surnames), size=PEOPLE).tolist(),
            strict=True,
        )
    ]
    with (RULES / "cities.csv").open(encoding="utf-8", newline="") as file:
        places = _shuffled([row["name"] for row in csv.DictReader(file)], chance)
    return Words(words, people, places, {len(values): zipf(len(values)) for values in (words, people, places)})


def zipf(size: int) -> Zipf:
    """Cumulated shares of ranks by the law of Zipf and Mandelbrot."""
    weights = 1 / (np.arange(size) + 2.7) ** ZIPF
    shares: Zipf = np.cumsum(weights / weights.sum())
    shares[-1] = 1.0
    return shares


def invented(count: int, chance: np.random.Generator) -> list[str]:
    """Words of two to four syllables that no list holds."""
    consonants, signs = "कखगघचछजझटठडतथदधनपफबभमयरलवशसह", ["", "ा", "ि", "ी", "ु", "ू", "े", "ो", "ं"]
    sizes = chance.integers(2, 5, size=count)
    heads = chance.integers(len(consonants), size=(count, 4))
    tails = chance.integers(len(signs), size=(count, 4))
    return [
        "".join(consonants[heads[row, at]] + signs[tails[row, at]] for at in range(size))
        for row, size in enumerate(sizes.tolist())
    ]


def _lines(name: str) -> list[str]:
    lines = (RULES / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#") and " " not in line.strip()]


def _shuffled(values: list[str], chance: np.random.Generator) -> list[str]:
    return [values[index] for index in chance.permutation(len(values)).tolist()]


def write_corpus(folder: Path, articles: int, *, words: int = 500, form: str = "text", seed: int = 1) -> int:
    """Writes the pages as files; the bytes written."""
    written, made = 0, None
    for page in make_pages(articles, words=words, form=form, seed=seed):
        target = folder / page.path
        if target.parent != made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = target.parent
        written += target.write_bytes(page.text.encode())
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--form", choices=("text", "html"), default="text")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    written = write_corpus(options.folder, options.articles, words=options.words, form=options.form, seed=options.seed)
    print(f"{options.articles} pages, {written / 1e6:.1f} MB in {options.folder}")


if __name__ == "__main__":
    main()
