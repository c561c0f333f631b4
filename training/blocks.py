"""Makes the block models: cross-validates them by site, prints the figures, then trains on all pages.

Run it from the repository's root in an environment of its own: `pip install -r training/requirements-blocks.txt -e .`,
then `python -m training.blocks PAGES WORK`. PAGES holds folders of gold pages (`<id>.html.gz` and `<id>.json`); WORK
keeps what parsing gave, and gets the models of the folds, for `python -m bench.extraction --folds WORK`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from flows import schema
from flows.labelling.features import html_features, text_features
from flows.labelling.model import FORMS, MODELS, BlockModels, save_model
from flows.rulebook import load_rulebook
from flows.steps.label import label
from flows.steps.normalise import normalise
from training.blocks_fit import Examples, Folded, fit_all, fit_folds
from training.blocks_gold import gold_coverage, grams, words
from training.blocks_pages import FOLDS, GoldPages, fold_of, read_gold

#: One set has most pages; all are asked alike.
SET_WEIGHTS = {"wcxb": 1.0, "aeb": 2.0, "fundus": 2.0, "hindi-gold": 3.0, "indic-gold": 3.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, help="folder of sets of gold pages")
    parser.add_argument("work", type=Path, help="folder for what parsing gave")
    parser.add_argument("--form", choices=FORMS, action="append", help="only this form")
    args = parser.parse_args()
    for form in args.form or FORMS:
        gold = read_gold(args.pages, form, args.work)
        examples = read_examples(gold, form)
        folded = fit_folds(examples, FOLDS)
        print(f"{form}, cross-validated by site, 4-gram precision, recall, F1:")
        report(score(gold, cleaned_by_folds(gold, form, folded)))
        for number, model in enumerate(folded.models):
            save_model(model, args.work / f"fold-{number}" / f"{form}.npz")
        save_model(fit_all(examples, folded), MODELS / f"{form}.npz")


def read_examples(gold: GoldPages, form: str) -> Examples:
    """Features and gold labels of every block of the pages."""
    features = html_features(gold.segments, gold.pages) if form == "html" else text_features(gold.segments)
    ids = gold.segments["article_id"].gather(features.index).to_list()
    texts = gold.segments["raw_text"].gather(features.index).to_list()
    golds = dict(gold.golds.select("article_id", "gold_text").iter_rows())
    sites = dict(gold.golds.select("article_id", "site").iter_rows())
    found = [gold_coverage(texts[first:end], golds[ids[first]]) for first, end in features.rows.spans()]
    folds = {name: fold_of(site) for name, site in sites.items()}
    return Examples(
        form,
        features,
        np.concatenate([coverage for coverage, _ in found]),
        np.concatenate([sizes for _, sizes in found]),
        np.array([folds[name] for name in ids]),
        np.array([SET_WEIGHTS[name.partition("/")[0]] for name in ids]),
    )


def cleaned_by_folds(gold: GoldPages, form: str, folded: Folded) -> dict[str, str]:
    """The body that the whole pipeline gives each page with the model that has not seen its site."""
    rulebook = load_rulebook()
    bodies: dict[str, str] = {}
    folds = gold.golds.with_columns(fold=pl.col("site").map_elements(fold_of, pl.Int64))
    for fold, model in enumerate(folded.models):
        own = folds.filter(fold=fold)
        segments = gold.segments.join(own, on="article_id", how="semi", maintain_order="left")
        pages = gold.pages.join(own, on="article_id", how="semi", maintain_order="left")
        blocks = label(segments, pages, schema.empty(schema.TEMPLATES), rulebook, BlockModels(model, model))
        _, cleaned = normalise(blocks)
        bodies |= dict(cleaned.select("article_id", "body").iter_rows())
    return bodies


def score(gold: GoldPages, bodies: Mapping[str, str]) -> dict[str, list[tuple[float, float]]]:
    """Precision and recall of each page, by set."""
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, dataset, text in gold.golds.select("article_id", "dataset", "gold_text").iter_rows():
        wanted, found = grams(words(text)), grams(words(bodies.get(name, "")))
        hits = (wanted & found).total()
        scores[dataset].append((hits / found.total() if found else 0.0, hits / wanted.total()))
    scores["hindi and indic"] = scores["hindi-gold"] + scores["indic-gold"]
    return scores


def report(scores: Mapping[str, list[tuple[float, float]]]) -> None:
    for dataset, pages in scores.items():
        precision, recall = np.mean(pages, axis=0)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        print(f"  {dataset:16} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  over {len(pages)} pages")


if __name__ == "__main__":
    main()
