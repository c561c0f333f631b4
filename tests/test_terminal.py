import io
import json

import pytest

from flows.terminal import as_json, console, harmless, show_table, to_json

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
