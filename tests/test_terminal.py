import io
import json
from datetime import date

import polars as pl
import pytest

from flows.columns import width
from flows.terminal import as_json, console, harmless, shares_of, show_blocks, show_table, to_json

HOSTILE = "\x1b[31mलाल\x1b[0m \x9b2J\u202eउलटा\x07"


@pytest.mark.parametrize("text", ["पुतिन ने कहा।", "क्‍या", "a\tb\nc", ""])
def test_ordinary_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_controls_become_pictures_or_vanish() -> None:
    assert harmless(HOSTILE) == "␛[31mलाल␛[0m 2Jउलटा␇"


def test_a_table_takes_no_markup_and_no_escape() -> None:
    out = io.StringIO()
    show_table(["[red]spalte"], [[HOSTILE], ["[bold]x[/bold]"], [None]], console(out))
    assert "\x1b" not in out.getvalue()
    assert "[bold]x[/bold]" in out.getvalue()
    assert "[red]spalte" in out.getvalue()


def test_json_keeps_the_value_but_escapes_controls() -> None:
    text = to_json({"text": HOSTILE})
    assert json.loads(text) == {"text": HOSTILE}
    assert not set(text) & set("\x1b\x9b\x07\u202e")


def test_rows_are_one_array() -> None:
    assert json.loads(as_json(["a", "b"], [(1, "x"), (2, None)])) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    assert json.loads(as_json(["a"], [])) == []


def test_json_holds_what_any_reader_of_json_takes() -> None:
    row = (float("nan"), [float("-inf"), 1.5], {date(2024, 3, 4): 2, 7: date(2024, 3, 4)})
    text = as_json(["a", "b", "c"], [row])
    (found,) = json.loads(text, parse_constant=pytest.fail)
    assert found == {"a": None, "b": [None, 1.5], "c": {"2024-03-04": 2, "7": "2024-03-04"}}


WORDS = "नगर परिषद ने पुराने पुल की मरम्मत के लिए दो चरणों में काम कराने का निर्णय लिया है। "


def shown(columns: list[str], rows: list[list[object]], cells: int = 80) -> list[str]:
    out = console(io.StringIO())
    out.width = cells
    show_table(columns, rows, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue().splitlines()


def test_a_table_wraps_to_the_terminal_and_cuts_nothing() -> None:
    lines = shown(["n", "पाठ"], [[7, WORDS * 3], [1234, "छोटा"]])
    assert max(map(width, lines)) <= 80
    assert lines[0].split() == ["n", "पाठ"]
    assert lines[2].startswith("   7  नगर परिषद")
    assert "".join("".join(lines[2:-1]).split()) == "7" + "".join((WORDS * 3).split())
    assert lines[-1] == "1234  छोटा"


def test_more_columns_than_fit_are_listed_row_by_row() -> None:
    names = [f"spalte_{number}" for number in range(12)]
    lines = shown(names, [[None, WORDS * 2, *range(10)], list(range(12))])
    assert max(map(width, lines)) <= 80
    assert [line for line in lines if line.startswith("──")] == [lines[0], lines[-13]]
    assert not any(line.startswith("spalte_0 ") for line in lines[:12])  # it has no value in the first row
    assert lines[-1].split() == ["spalte_11", "11"]


def test_an_empty_answer_still_names_its_columns() -> None:
    assert shown(["name", "articles"], [])[0].split() == ["name", "articles"]


def test_a_pipe_gets_no_colour_and_a_page_is_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    rows = [
        (0, 0, 40, f"{WORDS}", "body", True, None, "a paragraph"),
        (1, 40, 50, "शेयर करें", "share", False, "share.words", "names of networks"),
        (2, 50, 52, "\n\n", "blank", False, None, None),
    ]
    names = ["block_no", "raw_start", "raw_end", "raw_text", "role", "is_kept", "rule_id", "evidence"]
    blocks = pl.DataFrame(rows, names, orient="row")
    out = console(io.StringIO())
    out.width = 60
    show_blocks(blocks, out)
    assert isinstance(out.file, io.StringIO)
    lines = out.file.getvalue().splitlines()
    assert "\x1b" not in out.file.getvalue()
    assert max(map(width, lines)) <= 60
    assert lines[0].startswith("+ body           नगर परिषद")
    assert lines[-2:] == ["- share          शेयर करें", f"{' ' * 17}share.words · names of networks"]
    assert shares_of(blocks) == "kept 80% of 50 characters; removed: share 10"
