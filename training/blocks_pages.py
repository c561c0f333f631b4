"""Reads the gold pages, as HTML and rendered to plain text, and cuts them into segments as the pipeline does."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from flows import schema
from flows.settings import Settings
from flows.steps.segment import segment

SETS = ("wcxb", "aeb", "fundus", "hindi-gold", "indic-gold")
#: Parts that the sites are dealt into; the model of a part has seen none of its sites.
FOLDS = 5
#: Second-level labels below which a site registers its name: bbc.co.uk is a site, co.uk is none.
_PUBLIC = frozenset(("ac", "co", "com", "edu", "gov", "net", "nic", "org"))


@dataclass(frozen=True)
class GoldPages:
    """`golds` has article_id, dataset, site and gold_text; `pages` and `segments` are those of the pipeline."""

    golds: pl.DataFrame
    pages: pl.DataFrame
    segments: pl.DataFrame


def read_gold(folder: Path, form: str, cache: Path) -> GoldPages:
    """The pages of every set below a folder, in one form (html, text); kept in the cache folder."""
    parts = [cache / f"{form}-{name}.parquet" for name in ("golds", "pages", "segments")]
    if not all(part.exists() for part in parts):
        cache.mkdir(parents=True, exist_ok=True)
        golds, documents = _documents(folder, form)
        segmented = [segment(batch) for batch in documents.iter_slices(50)]
        golds.write_parquet(parts[0])
        pl.concat([one.pages for one in segmented]).write_parquet(parts[1])
        pl.concat([one.segments for one in segmented]).write_parquet(parts[2])
    return GoldPages(*(pl.read_parquet(part) for part in parts))


def _documents(folder: Path, form: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    golds: list[dict[str, str]] = []
    documents: list[dict[str, object]] = []
    for dataset in SETS:
        for path in sorted((folder / dataset).glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            if not gold.get("gold_text"):
                continue
            html = read_html(path.parent / f"{path.stem}.html.gz")
            name = f"{dataset}/{path.stem}"
            site = site_of(gold.get("url") or "") or path.stem
            golds.append({"article_id": name, "dataset": dataset, "site": site, "gold_text": gold["gold_text"]})
            text = html if form == "html" else render(html)
            documents.append(
                {"article_id": name, "source_path": name, "source_record": 0, "format": form, "text": text}
            )
    return pl.DataFrame(golds), pl.DataFrame(documents, schema.DOCUMENTS)


def read_html(path: Path) -> str:
    """A page as the pipeline decodes it."""
    from flows.files import read_text

    return read_text(gzip.decompress(path.read_bytes()), "html", Settings())[0]


def render(html: str) -> str:
    """The page as a plain text, laid out as a browser shows it."""
    import html_text

    try:
        return html_text.extract_text(html)
    except Exception:  # a page that its parser can't take has no text form
        return ""


def site_of(url: str) -> str:
    """The registered domain of an address, near enough to keep the pages of a site together."""
    labels = (urlsplit(url).hostname or "").split(".")
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in _PUBLIC else -2 :])


def fold_of(site: str) -> int:
    return int.from_bytes(hashlib.blake2b(site.encode(), digest_size=4).digest(), "big") % FOLDS
