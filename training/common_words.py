"""Count which Hindi words are common words, not names: writes flows/rules/common_words.txt.

    python training/common_words.py NER_FOLDER TEXT_FOLDER

NER_FOLDER holds `*.train.conll` (word, tab, BIO label): HiNER (cfiltnlp, CC BY-SA 4.0) and IL-NER (LTRC, CC BY 4.0).
TEXT_FOLDER holds `*.txt` of plain news sentences. Only words and no sentences of them go into the list.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from flows.gazetteer import RULES, load_gazetteer
from flows.text.folding import fold_word
from flows.text.tokens import WORD

VERB_ENDINGS = ("ना", "ने", "नी", "ता", "ते", "ती", "कर")
AFTER_CONSONANT = tuple(
    "ा,े,ी,ीं,ेगा,ेगी,ेंगे,ेंगी,ूंगा,ो,ें,ूं,तीं,ाया,ाए,ाई,ाकर,ाना,ाने,ाता,ाते,ाती,ाएगा,ाएगी,ाएंगे".replace(",", " ").split()
)
AFTER_VOWEL = ("या", "ये", "यी", "ए", "ई", "ईं", "एगा", "एगी", "एंगे", "एंगी", "ऊंगा", "ओ", "एं", "ऊं", "तीं")
HEADER = """\
# Common Hindi words, folded: a name does not hold them unless a table says so. Made by training/common_words.py from
# word counts over HiNER (cfiltnlp, CC BY-SA 4.0), IL-NER (LTRC, CC BY 4.0), NTREX and UD_Hindi-PUD; don't edit by hand,
# words to add go into common_words_more.txt.
"""


def labelled_words(folder: Path) -> set[str]:
    """Words that the labelled sentences hold at least three times outside a name, and seldom in a person or place."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(folder.glob("*.train.conll")):
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, label = line.partition("\t")
            kind = label.strip().rpartition("-")[2]
            for part in WORD.findall(word):
                seen[fold_word(part)][kind if kind in ("PER", "LOC", "ORG") else "O"] += 1
    return {
        word
        for word, count in seen.items()
        if count["O"] >= 3
        and count["PER"] + count["LOC"] <= 0.1 * count.total()
        and count["ORG"] <= 0.7 * count.total()
    }


def unlabelled_words(folder: Path) -> set[str]:
    """Nouns that also stand in the plural, and all forms of the verbs seen in several forms."""
    count: Counter[str] = Counter()
    for path in sorted(folder.glob("*.txt")):
        count.update(fold_word(word) for word in WORD.findall(path.read_text(encoding="utf-8")))
    nouns = {word for word, number in count.items() if number >= 8 and any(count[form] >= 4 for form in plurals(word))}
    stems = Counter(word[: -len(end)] for word in count for end in VERB_ENDINGS if word.endswith(end))
    verbs = {stem for stem, number in stems.items() if number >= 4 and len(stem) > 1 and count[stem + "ना"]}
    return nouns | {stem + end for stem in verbs for end in (*VERB_ENDINGS, *endings(stem))}


def endings(stem: str) -> tuple[str, ...]:
    """The endings of a verb that a stem takes by its last sound."""
    return AFTER_VOWEL if stem[-1] in "ािीुूेैोौ" else AFTER_CONSONANT


def plurals(word: str) -> list[str]:
    """The oblique plurals a Hindi noun may have."""
    stems = [word + "ों"]
    if word.endswith("ी"):
        stems.append(word[:-1] + "ियों")
    if word.endswith("ा"):
        stems.append(word[:-1] + "ों")
    return stems


def known_names() -> set[str]:
    """Names of the tables that are one word (फेसबुक, लोकसभा), but for those that ambiguous.txt warns of."""
    gazetteer = load_gazetteer()
    single = {words[0] for words, entries in gazetteer.names.rows.items() if len(words) == 1}
    return single - gazetteer.ambiguous


def main() -> None:
    labelled, unlabelled = labelled_words(Path(sys.argv[1])), unlabelled_words(Path(sys.argv[2]))
    words = {word for word in labelled | unlabelled if not word.isascii() and len(word) > 1} - known_names()
    (RULES / "common_words.txt").write_text(HEADER + "".join(f"{word}\n" for word in sorted(words)), encoding="utf-8")
    more = len(unlabelled - labelled)
    print(f"{len(words)} words: {len(labelled)} from labelled sentences, {more} more from plain text")


if __name__ == "__main__":
    main()
