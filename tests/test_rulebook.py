"""Rule files are read, checked and matched."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.rulebook import (
    CSS_REACH,
    REACH,
    Rulebook,
    RuleError,
    find_css_hits,
    find_hits,
    find_inline_hits,
    load_rulebook,
    name_boxes,
)

RULE = """
[[rule]]
id = "share.words"
role = "share"
where = "line"
pattern = '''share|{list_of_words}'''
why = "a share strip"
drops = ["Share"]
keeps = ["Shared water"]
"""
LISTS = "[lists]\nlist_of_words = 'भेजें|साझा करें'\n[parts]\npair = '{list_of_words} {list_of_words}'\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def lines(*texts: str) -> pl.DataFrame:
    """Lines as the label step folds them."""
    return pl.DataFrame(
        {
            "row": range(len(texts)),
            "head": [text[:REACH] for text in texts],
            "tail": [text[-REACH:] for text in texts],
            "size": [len(text) for text in texts],
            "is_sentence": [text.endswith("।") for text in texts],
            "skip": [0] * len(texts),
        },
        schema_overrides={"row": pl.UInt32},
    )


def test_the_rules_that_ship_can_be_read() -> None:
    rulebook = load_rulebook()
    assert len(rulebook.rules) > 80
    assert {rule.where for rule in rulebook.rules} == {"line", "start", "end", "inline", "opens", "css"}


def test_lists_are_filled_in_and_folded(tmp_path: Path) -> None:
    rulebook = load_rulebook(write(tmp_path, share=RULE, words=LISTS))
    hits = find_hits(lines("साझा करें", "भेजें", "share", "नदी"), rulebook)
    assert sorted(hits) == [0, 1, 2]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("role = ", "rule = "), "unknown fields", id="unknown field"),
        pytest.param(('why = "a share strip"\n', ""), "missing fields", id="missing field"),
        pytest.param(('"share"\nwhere', '"shares"\nwhere'), "role = 'shares'", id="unknown role"),
        pytest.param(('"share"\nwhere', '"body"\nwhere'), "role = 'body'", id="a role that rules can't give"),
        pytest.param(('"line"', '"lines"'), "where = 'lines'", id="unknown where"),
        pytest.param(("share|{list_of_words}", "share|{other}"), "unknown list {other}", id="unknown list"),
        pytest.param(("share|{list_of_words}", "share("), "regular expression", id="bad pattern"),
        pytest.param(("share|{list_of_words}", "share(?!d)"), "regular expression", id="look-ahead"),
        pytest.param(("share|{list_of_words}", "[-–]"), "plain hyphen", id="a dash that folding would widen"),
        pytest.param(('drops = ["Share"]', "drops = []"), "at least one example", id="no example"),
        pytest.param(('drops = ["Share"]', 'drops = "Share"'), "list of texts", id="example is no list"),
        pytest.param(("why =", "max_chars = 999\nwhy ="), "max_chars = 999", id="sees too much"),
        pytest.param(("[[rule]]", "[[rule"), "not valid TOML", id="bad TOML"),
    ],
)
def test_a_bad_rule_says_what_is_wrong(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    assert change[0] in RULE
    with pytest.raises(RuleError, match=r"share\.toml") as error:
        load_rulebook(write(tmp_path, share=RULE.replace(*change), words=LISTS))
    assert complaint in str(error.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="twice"):
        load_rulebook(write(tmp_path, one=RULE, two=RULE, words=LISTS))


def rule(where: str, pattern: str, **more: object) -> str:
    fields = "".join(f"{name} = {value!r}\n" for name, value in more.items())
    return (
        f"[[rule]]\nid = 'x.{where}'\nrole = 'other'\nwhere = '{where}'\npattern = '''{pattern}'''\n"
        f"why = 'w'\ndrops = ['d']\nkeeps = ['k']\n{fields}"
    )


def book(tmp_path: Path, text: str) -> Rulebook:
    return load_rulebook(write(tmp_path, rules=text))


@pytest.mark.parametrize(
    ("text", "line", "taken"),
    [
        pytest.param(rule("line", "नदी.*"), "नदी सूखी", ["नदी सूखी"], id="whole line"),
        pytest.param(rule("line", "नदी"), "नदी सूखी", [], id="only the whole line"),
        pytest.param(rule("line", "नदी.*"), "नदी सूखी।", [], id="a sentence stays"),
        pytest.param(
            rule("line", "नदी.*") + "sentences = true\n", "नदी सूखी।", ["नदी सूखी।"], id="unless it may take it"
        ),
        pytest.param(rule("line", "नदी.*", max_chars=6), "नदी सूखी", [], id="too long"),
        pytest.param(rule("line", "नदी.*", unless="सूखी"), "नदी सूखी", [], id="unless"),
        pytest.param(rule("line", "नदी.*") + "cues = ['भरी']\n", "नदी सूखी", [], id="without its cue"),
        pytest.param(rule("start", "नदी: "), "नदी: पानी", ["नदी: "], id="start"),
        pytest.param(rule("start", "नदी: ", max_chars=3), "नदी: पानी", [], id="start too long"),
        pytest.param(rule("start", "नदी: "), "वह नदी: पानी", [], id="start means the start"),
        pytest.param(rule("end", "। (नदी)$"), "पानी। नदी", ["नदी"], id="end takes its group"),
    ],
)
def test_where_a_rule_matches(tmp_path: Path, text: str, line: str, taken: list[str]) -> None:
    hits = find_hits(lines(line), book(tmp_path, text))
    assert [hit.text for hit in hits.get(0, [])] == taken


def test_start_rules_look_again_behind_what_they_took(tmp_path: Path) -> None:
    rulebook = book(tmp_path, rule("start", r"\w+: "))
    hits = find_hits(lines("एक: दो: तीन"), rulebook)
    assert [(hit.at, hit.text) for hit in hits[0]] == [(0, "एक: "), (4, "दो: ")]


def test_inline_rules_give_every_piece(tmp_path: Path) -> None:
    rulebook = book(tmp_path, rule("inline", r"\(देखें[^()]*\)"))
    frame = pl.DataFrame({"row": [7], "text": ["पानी (देखें एक) नदी (देखें दो)"]})
    assert [hit.text for hit in find_inline_hits(frame, rulebook)[7]] == ["(देखें एक)", "(देखें दो)"]


def test_far_class_words_do_not_count(tmp_path: Path) -> None:
    rulebook = book(tmp_path, rule("css", "share"))
    css = pl.Series(["share box", None, "x " * CSS_REACH + "share"])
    names = name_boxes(pl.DataFrame({"css": css, "ancestors": ["div", None, "div"]}))
    assert list(find_css_hits(names, rulebook)) == ["share box"]


def test_custom_elements_say_what_they_hold_as_classes_do(tmp_path: Path) -> None:
    rulebook = book(tmp_path, rule("css", "(?:^|[ -])factbox"))
    around = ["li ul div news-factbox div body", "li ul div body", "factbox div"]
    names = name_boxes(pl.DataFrame({"css": ["one", "two", ""], "ancestors": around}))
    assert list(find_css_hits(names, rulebook)) == ["one news-factbox"]
