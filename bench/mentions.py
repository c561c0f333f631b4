"""Score the mentions of a warehouse against bench/mentions_gold.csv: exact spans with types, and identity.

    python bench/mentions.py WAREHOUSE [RAW_FOLDER]
    python bench/mentions.py --unseen DATA

The warehouse is that of a run over RAW_FOLDER (default ../shared/raw). Offsets of the gold point into the page text.
Prints precision, recall and F1 by type, B³ over the mentions found, and the first faults.

With --unseen it finds the names of 29 articles under DATA, drawn by a fixed seed from those that speak of politics and
foreign affairs, and scores them against bench/mentions_unseen.csv. No rule was read off these. Their gold was made by
correcting what the pipeline had found, which favours it.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.gazetteer import load_gazetteer
from flows.steps.mentions import names_of
from flows.tagger import load_tagger

GOLD = Path(__file__).with_name("mentions_gold.csv")
UNSEEN = Path(__file__).with_name("mentions_unseen.csv")
RAW = Path("../shared/raw")


@dataclass(frozen=True, order=True)
class Mention:
    """A mention by its place in a raw file; `entity` is the gold's key or the warehouse's id."""

    file: str
    start: int
    end: int
    type: str
    is_demonym: bool
    entity: str

    @property
    def place(self) -> tuple[str, int, int, str]:
        return self.file, self.start, self.end, self.type


def read_gold(path: Path = GOLD) -> list[Mention]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Mention(
                row["file"],
                int(row["start"]),
                int(row["end"]),
                row["type"],
                row["is_demonym"] == "true",
                row["entity_key"],
            )
            for row in csv.DictReader(file)
        ]


def read_warehouse(path: Path) -> list[Mention]:
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select source_path, raw_start, raw_end, type, is_demonym, entity_id "
            "from mentions join articles using (article_id)"
        ).fetchall()
    return [Mention(*row) for row in rows]


def scores(gold: Iterable[object], found: Iterable[object]) -> tuple[float, float, float]:
    """Precision, recall and F1 of two sets; nothing found of nothing sought is perfect."""
    gold_set, found_set = set(gold), set(found)
    right = len(gold_set & found_set)
    precision = right / len(found_set) if found_set else float(not gold_set)
    recall = right / len(gold_set) if gold_set else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def b_cubed(gold: dict[object, str], found: dict[object, str]) -> tuple[float, float, float]:
    """B³ precision, recall and F1 of the identity of the mentions that both have."""
    both = sorted(set(gold) & set(found), key=str)
    pair, by_gold, by_found = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for mention in both:
        pair[gold[mention], found[mention]] += 1
        by_gold[gold[mention]] += 1
        by_found[found[mention]] += 1
    if not both:
        return 0.0, 0.0, 0.0
    precision = sum(pair[gold[m], found[m]] / by_found[found[m]] for m in both) / len(both)
    recall = sum(pair[gold[m], found[m]] / by_gold[gold[m]] for m in both) / len(both)
    return precision, recall, 2 * precision * recall / (precision + recall)


def report(gold: list[Mention], found: list[Mention], texts: dict[str, str]) -> None:
    by_type: dict[str, list[list[Mention]]] = defaultdict(lambda: [[], []])
    for side, mentions in enumerate((gold, found)):
        for mention in mentions:
            by_type[mention.type][side].append(mention)
    print(f"{'type':<10} {'P':>6} {'R':>6} {'F1':>6} {'gold':>5}")
    for kind, (one, other) in sorted(by_type.items()):
        line(kind, scores((m.place for m in one), (m.place for m in other)), len(one))
    line("all", scores((m.place for m in gold), (m.place for m in found)), len(gold))
    if any(m.entity for m in gold):
        demonyms = [[(m.file, m.start, m.end) for m in side if m.is_demonym] for side in (gold, found)]
        line("demonym", scores(*demonyms), len(demonyms[0]))
        line("identity", b_cubed({m.place: m.entity for m in gold}, {m.place: m.entity for m in found}), len(gold))
    sought, seen = {m.place for m in gold}, {m.place for m in found}
    for sign, places in (("missed", sought - seen), ("wrong", seen - sought)):
        for file, start, end, kind in sorted(places)[:60]:
            text = texts[file]
            beside = text[max(0, start - 25) : end + 25].replace("\n", " ")
            print(f"{sign:<7} {file[:3]} {start:>5} {kind:<9} {text[start:end]}  «{beside}»")


def line(name: str, values: tuple[float, float, float], count: int) -> None:
    print(f"{name:<10} " + " ".join(f"{value:6.3f}" for value in values) + f" {count:5}")


def score_unseen(data: Path) -> None:
    """Find the names of the articles of UNSEEN as plain text, and report."""
    gazetteer, tagger = load_gazetteer(), load_tagger()
    texts: dict[str, str] = {}
    gold: list[Mention] = []
    with UNSEEN.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, end = int(row["article_start"]), int(row["article_end"])
            key = f"{row['file']}:{first}"
            if key not in texts:
                texts[key] = (data / row["file"]).read_bytes().decode("utf-8", errors="replace")[first:end]
            if row["type"]:
                gold.append(Mention(key, int(row["start"]) - first, int(row["end"]) - first, row["type"], False, ""))
    found = [
        Mention(key, name.start, name.end, kind, False, "")
        for key, text in texts.items()
        for name in names_of("", text, gazetteer, tagger.tag([text])[0])
        for kind in [gazetteer.entities[name.curated_id].type if name.curated_id else name.type]
    ]
    report(gold, found, texts)


def main() -> int:
    if len(sys.argv) == 3 and sys.argv[1] == "--unseen":
        score_unseen(Path(sys.argv[2]))
        return 0
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    raw = Path(sys.argv[2]) if len(sys.argv) == 3 else RAW
    if not raw.is_dir():
        print(f"{raw} is missing: the gold marks names in files that are not part of this repository")
        return 1
    if not Path(sys.argv[1]).is_file():
        print(f"{sys.argv[1]} is no warehouse\n{__doc__}")
        return 2
    texts = {path.name: path.read_bytes().decode("utf-8") for path in sorted(raw.glob("*.txt"))}
    gold = [mention for mention in read_gold() if mention.file in texts]
    report(gold, [mention for mention in read_warehouse(Path(sys.argv[1])) if mention.file in texts], texts)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
