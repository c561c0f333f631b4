"""Scores Khabar beside other extractors on gold pages: F1 of four words, leaks, metadata, pages a second.

    python -m bench.extraction FOLDER_OF_GOLD_PAGES ... [--only khabar] [--text] [--folds WORK]

A folder holds `<id>.html.gz` and `<id>.json` (gold_text, gold_must_contain, gold_must_not_contain, title, author, date;
any may be missing). All run one after the other in one process on one thread, from the decoded page to text and
metadata; the speed is pages per second of that thread's own time. `requirements-bench.txt` pins the peers; those that
are not installed are listed as missing. With --text the pages are first rendered to plain text by html-text; only
Khabar works on that, and "everything" shows what it starts from.

The block models that ship were trained on wcxb, aeb, fundus and the Hindi and Indic pages, so their figures there say
nothing about unseen pages. With --folds each page is cleaned by the model that has seen no page of its site: WORK is
the folder in which `python -m training.blocks PAGES WORK` left them. No model has seen a page of trafilatura-eval.
"""

from __future__ import annotations

# The libraries read the number of threads when they are imported.
import os

os.environ |= dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import argparse
import gzip
import importlib
import json
import logging
import re
import time
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from flows import schema
from flows.batches import clean, load_rules
from flows.files import read_text
from flows.labelling.model import BlockModels, load_block_models
from flows.settings import Settings
from flows.steps.segment import segment
from training.blocks_pages import FOLDS, fold_of, site_of

BATCH = 50
_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+")
_UNSEEN = re.compile("[\u200b-\u200d\u00ad\ufeff]")


@dataclass(frozen=True)
class Page:
    """A page as decoded, and what is known of its article."""

    name: str
    text: str
    gold: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """What an extractor makes of a page."""

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""


Extractor = Callable[[Sequence[Page]], list[Found]]


# --- extractors ------------------------------------------------------------------------------------------------------


def khabar_with(form: str, folds: Path | None) -> Callable[[Sequence[Page]], list[Found]]:
    """The pipeline's steps in batches, as in a run; with folds by the models that have not seen a page's site."""
    shipped = load_block_models()
    models = [load_block_models(folds / f"fold-{number}") for number in range(FOLDS)] if folds else []

    def run(pages: Sequence[Page]) -> list[Found]:
        found: dict[str, Found] = {}
        for number, own in enumerate(deal(pages) if models else [pages]):
            for first in range(0, len(own), BATCH):
                found |= clean_pages(own[first : first + BATCH], form, models[number] if models else shipped)
        return [found.get(page.name, Found()) for page in pages]

    return run


def deal(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages by fold of their site."""
    dealt: list[list[Page]] = [[] for _ in range(FOLDS)]
    for page in pages:
        dealt[fold_of(site_of(page.gold.get("url") or "") or page.name)].append(page)
    return dealt


def clean_pages(pages: Sequence[Page], form: str, models: BlockModels) -> dict[str, Found]:
    rows = [
        {"article_id": page.name, "source_path": page.name, "source_record": 0, "format": form, "text": page.text}
        for page in pages
    ]
    cut = segment(pl.DataFrame(rows, schema.DOCUMENTS))
    articles = clean(cut.pages, cut.segments, schema.empty(schema.TEMPLATES), None, models).articles
    columns = articles.select("article_id", "body", "title", "author", pl.col("published_on").cast(pl.String))
    return {name: Found(*(value or "" for value in values)) for name, *values in columns.iter_rows()}


def everything(pages: Sequence[Page]) -> list[Found]:
    return [Found(page.text) for page in pages]


def one_by_one(extract: Callable[[str], Found]) -> Extractor:
    """An extractor of single pages; one that raises finds nothing."""

    def run(pages: Sequence[Page]) -> list[Found]:
        found = []
        for page in pages:
            try:
                found.append(extract(page.text))
            except Exception:  # other people's code on strange pages
                found.append(Found())
        return found

    return run


def trafilatura_with(**options: bool) -> Callable[[], Extractor]:
    def load() -> Extractor:
        from trafilatura import bare_extraction

        def extract(html: str) -> Found:
            page: Any = bare_extraction(html, with_metadata=True, **options)
            return Found(page.text or "", page.title or "", page.author or "", page.date or "") if page else Found()

        return one_by_one(extract)

    return load


def load_rs_trafilatura() -> Extractor:
    module = importlib.import_module("rs_trafilatura")

    def extract(html: str) -> Found:
        page = module.extract(html)
        return Found(page.main_content or "", page.title or "", page.author or "", str(page.date or ""))

    return one_by_one(extract)


def load_readability() -> Extractor:
    document, parse = importlib.import_module("readability").Document, importlib.import_module("lxml.html").fromstring

    def extract(html: str) -> Found:
        page = document(html)
        return Found("\n".join(parse(page.summary()).itertext()), page.short_title())

    return one_by_one(extract)


def declared_language(html: str) -> str:
    """What the page says its language is, for peers that must be told; English where it is silent."""
    found = re.search(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2})", html[:20_000])
    return found[1].lower() if found else "en"


STOP_LISTS = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ko": "Korean",
    "nl": "Dutch",
    "nb": "Norwegian_Bokmal",
    "no": "Norwegian_Bokmal",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
}


def load_newspaper() -> Extractor:
    article = importlib.import_module("newspaper").Article

    def extract(html: str) -> Found:
        page = article("https://example.org/", language=declared_language(html), fetch_images=False)
        page.download(input_html=html)
        page.parse()
        return Found(page.text, page.title, ", ".join(page.authors), str(page.publish_date or ""))

    return one_by_one(extract)


def load_resiliparse() -> Extractor:
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return one_by_one(lambda html: Found(extract(html, main_content=True, alt_texts=False)))


def load_justext() -> Extractor:
    module = importlib.import_module("justext")
    stop_words = cache(module.get_stoplist)

    def extract(html: str) -> Found:
        paragraphs = module.justext(html, stop_words(STOP_LISTS.get(declared_language(html), "English")))
        return Found("\n".join(part.text for part in paragraphs if not part.is_boilerplate))

    return one_by_one(extract)


def load_boilerpy() -> Extractor:
    extractor = importlib.import_module("boilerpy3.extractors").ArticleExtractor()
    return one_by_one(lambda html: Found(extractor.get_content(html)))


LOADERS: dict[str, Callable[[], Extractor]] = {
    "trafilatura": trafilatura_with(),
    "trafilatura, no comments": trafilatura_with(include_comments=False),
    "trafilatura, precision": trafilatura_with(include_comments=False, favor_precision=True),
    "rs-trafilatura": load_rs_trafilatura,
    "readability-lxml": load_readability,
    "newspaper4k": load_newspaper,
    "resiliparse": load_resiliparse,
    "justext": load_justext,
    "boilerpy3": load_boilerpy,
}
TEXT_LOADERS: dict[str, Callable[[], Extractor]] = {"everything": lambda: everything}


# --- scores ----------------------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return _WORD.findall(re.sub("[\u0964\u0965]", " ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))))


def squash(text: str) -> str:
    return " ".join(words(text))


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Four words in a row; a shorter text is one gram."""
    tokens = words(text)
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3))) if tokens else Counter()


def overlap(gold: str, text: str) -> tuple[float, float]:
    """Precision and recall of a page."""
    wanted, found = grams(gold), grams(text)
    hits = (wanted & found).total()
    return (hits / found.total() if found else float(not wanted), hits / wanted.total() if wanted else float(not found))


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score(pages: Sequence[Page], found: Sequence[Found]) -> str:
    """One line of figures."""
    shares = [
        overlap(p.gold["gold_text"], f.text) for p, f in zip(pages, found, strict=True) if p.gold.get("gold_text")
    ]
    figures = []
    if shares:
        precision, recall = (sum(column) / len(shares) for column in zip(*shares, strict=True))
        figures.append(f"P {precision:.3f} R {recall:.3f} F1 {harmonic(precision, recall):.3f}")
    stayed, missing, must_go, must_stay = 0, 0, 0, 0
    meta = {key: [0, 0] for key in ("title", "author", "date")}
    for page, result in zip(pages, found, strict=True):
        text = squash(result.text)
        unwanted, wanted = page.gold.get("gold_must_not_contain") or [], page.gold.get("gold_must_contain") or []
        stayed += sum(squash(part) in text for part in unwanted)
        missing += sum(squash(part) not in text for part in wanted)
        must_go += len(unwanted)
        must_stay += len(wanted)
        for key, count in meta.items():
            if gold := page.gold.get(key):
                count[0] += agrees(key, gold, getattr(result, key))
                count[1] += 1
    if must_go or must_stay:
        kept = must_stay - missing
        segments = harmonic(kept / max(kept + stayed, 1), kept / max(must_stay, 1))
        figures.append(f"leaks {stayed}/{must_go} losses {missing}/{must_stay} segments F1 {segments:.3f}")
    figures += [f"{key} {right}/{total}" for key, (right, total) in meta.items() if total]
    return "  ".join(figures)


def agrees(key: str, gold: Any, value: str) -> bool:
    if key == "date":
        return value[:10] == str(gold)[:10]
    if key == "title":
        return squash(gold) == squash(value)
    return all(squash(name) in squash(value) for name in (gold if isinstance(gold, list) else [gold]))


# --- pages -----------------------------------------------------------------------------------------------------------


def read_pages(folder: Path) -> list[Page]:
    pages = []
    for path in sorted(folder.glob("*.json")):
        data = gzip.decompress(path.with_suffix(".html.gz").read_bytes())
        gold = json.loads(path.read_text(encoding="utf-8"))
        pages.append(Page(path.stem, read_text(data, "html", Settings())[0], gold))
    return pages


def render(pages: Sequence[Page]) -> list[Page]:
    """The pages as plain text."""
    extract = importlib.import_module("html_text").extract_text
    return [
        Page(page.name, found.text, page.gold)
        for page, found in zip(pages, one_by_one(lambda html: Found(extract(html)))(pages), strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of gold pages")
    parser.add_argument("--only", action="append", help="only this extractor; may be given again")
    parser.add_argument("--text", action="store_true", help="from plain text instead of HTML")
    parser.add_argument("--folds", type=Path, help="clean each page by a model that has not seen its site")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    form = "text" if args.text else "html"
    loaders = {"khabar": lambda: khabar_with(form, args.folds)} | (TEXT_LOADERS if args.text else LOADERS)
    load_rules(Settings(mentions=False))
    for folder in args.folders:
        pages = read_pages(folder)
        pages = render(pages) if args.text else pages
        print(f"{folder.name}: {len(pages)} pages{' as plain text' if args.text else ''}")
        for name, load in loaders.items():
            if args.only and name not in args.only:
                continue
            try:
                extract = load()
            except ImportError as error:
                print(f"  {name:25} missing: {error}")
                continue
            started = time.process_time()
            found = extract(pages)
            seconds = time.process_time() - started
            print(f"  {name:25} {score(pages, found)}  {len(pages) / max(seconds, 1e-9):.1f} pages/s", flush=True)


if __name__ == "__main__":
    main()
