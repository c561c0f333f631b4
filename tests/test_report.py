from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.facts import Check, Facts, First, Joined, NewEntity, Quarantined, Removed
from flows.pipeline import Outcome
from flows.report import describe_stage, plain, render_report, stage_name, summary_line

PUBLISHED = Outcome("published", "r-7", files_new=3, files_quarantined=1, files_unchanged=9, articles_cleaned=2)


@dataclass(frozen=True)
class Count:
    files: int = 0
    quarantined: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("result", "line"),
    [
        pytest.param(Count(14, ("a.txt",)), "read files: 14 files, 1 quarantined (0.8 s)", id="counts"),
        pytest.param(Count(), "read files: 0 files (0.8 s)", id="nothing"),
        pytest.param(Count(0, (), ("x", "y")), "read files: 0 files, 2 left over (0.8 s)", id="name of two words"),
        pytest.param(["a", "b"], "read files: 2 paths (0.8 s)", id="list"),
        pytest.param(None, "read files (0.8 s)", id="no result"),
    ],
)
def test_a_stage_is_one_line(result: object, line: str) -> None:
    assert describe_stage("read files", result, 0.8) == line


def test_a_stage_has_the_name_of_its_function() -> None:
    def clean_pages() -> None: ...

    assert stage_name(clean_pages) == "clean pages"


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        pytest.param(PUBLISHED, "3 new, 1 quarantined; 2 articles cleaned", id="published"),
        pytest.param(Outcome("unchanged", files_unchanged=12), "nothing changed in 12 files", id="unchanged"),
        pytest.param(
            Outcome("published", articles_recleaned=5), "no file changed; 5 articles cleaned", id="rules changed"
        ),
    ],
)
def test_a_run_is_one_line(outcome: Outcome, line: str) -> None:
    assert summary_line(outcome) == line


def test_the_report_says_what_the_run_did() -> None:
    facts = Facts(
        removed=First(
            [
                Removed("share-line", "share", 2, 3, 120, ["फेसबुक पर साझा करें", "Share"]),
                Removed(None, "other", 1, 1, 3, ["--"]),
            ],
            2,
        ),
        quarantined=First([Quarantined("site/a.txt", "empty", "the file has no bytes")], 1),
        new_entities=First([NewEntity("भारत", "LOC", 2, 4, "दौरा")], 1),
        joined=First([Joined("सर्गेई लावरोव", "PERSON", "लावरोफ", "spelling", 0.914, 3)], 1),
        checks=[Check("ledger", "a block that leaves a gap")],
    )
    report = render_report(PUBLISHED, facts, "warehouse/news.duckdb")
    assert "| share-line | share | 2 | 3 | 120 | फेसबुक पर साझा करें · Share |" in report
    assert "| site&#47;a.txt | empty | the file has no bytes |" in report
    assert "| भारत | LOC | 2 | 4 | दौरा |" in report
    assert "| लावरोफ | सर्गेई लावरोव | PERSON | spelling | 0.91 | 3 |" in report
    assert "All 1 checks passed" in report
    assert "| ledger | a block that leaves a gap |" in report
    assert "| quarantined | 1 |" in report
    assert "Warnings" not in report


def test_a_long_table_says_how_much_more_there_is() -> None:
    facts = Facts(new_entities=First([NewEntity("नाम", "PERSON", 1, 1, "दौरा")], 8))
    assert "\n\nand 7 more\n" in render_report(PUBLISHED, facts, "news.duckdb")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a | b", id="table cell"),
        pytest.param("a\nb\r\n# c", id="new line"),
        pytest.param("[बैंक](http://evil.example)", id="link"),
        pytest.param("![x](http://evil.example/p.png)", id="image"),
        pytest.param("http://evil.example", id="automatic link"),
        pytest.param("www.evil.example", id="automatic link without a scheme"),
        pytest.param("WwW.evil.example", id="automatic link in odd case"),
        pytest.param("a@evil.example", id="automatic mail link"),
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("&lt;b&gt;", id="character references"),
        pytest.param("`code` **bold** ~~gone~~ $x$", id="inline marks"),
        pytest.param("\\| \\", id="backslash"),
        pytest.param("\x1b[31mred\u202eturned", id="terminal escape and turned text"),
    ],
)
def test_text_of_a_page_is_no_markup(text: str) -> None:
    shown = plain(text)
    markup = set("|\n\r[]()<>`*_~$\\\x1b\u202e@:/!")
    assert not markup & set(shown)
    assert "www." not in shown.lower()


@given(st.text())
def test_a_cell_is_one_harmless_line(text: str) -> None:
    shown = plain(text)
    assert shown.isprintable() or not any(char in shown for char in "\n\r\x0b\x0c\x1b\x85\u2028\u2029")
    assert not set("|<>[]`") & set(shown)
