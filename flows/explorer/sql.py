"""The page for questions in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flows.explorer.data import show
from flows.explorer.layout import Column, page, section, several, table
from flows.explorer.markup import Markup, element, text
from flows.warehouse import Answer, Reader, SavedQuery

#: Rows of an answer to a user's own question, and letters of one of its cells.
MOST_ROWS, MOST_CELL = 500, 300


def answered(reader: Reader, question: Mapping[str, str]) -> Markup:
    """The answer to a question: `sql`, and the values that it names."""
    values = {name: value for name, value in question.items() if name != "sql"}
    return answer_table(reader.ask(question["sql"], values, most_rows=MOST_ROWS))


def answer_table(answer: Answer) -> Markup:
    """The answer to a question of the user's own, as text."""
    if not answer.columns:
        return element("p", "The answer has no columns.", class_="k k-empty")
    numbers = [
        all(isinstance(row[i], int | float) or row[i] is None for row in answer.rows)
        for i in range(len(answer.columns))
    ]
    columns = [Column(name, is_number) for name, is_number in zip(answer.columns, numbers, strict=True)]
    shown = table(columns, ([cell(value) for value in row] for row in answer.rows), "No row.")
    note = f"the first {len(answer.rows):,} rows" if answer.is_cut else several(len(answer.rows), "row")
    return element("div", element("p", note, class_="k-note"), shown, class_="k k-answer")


def cell(value: object) -> Markup:
    """A value as text; a long one is cut."""
    if value is None:
        return element("span", "null", class_="k-dim")
    said = str(value)
    return text(said if len(said) <= MOST_CELL else f"{said[:MOST_CELL]}…")


def tables(reader: Reader) -> Markup:
    """The tables and views that can be asked, with what their columns mean."""
    described = show(reader, "columns").iter_rows(named=True)
    entries = []
    for (name, comment), group in groupby(described, key=lambda row: (row["table_name"], row["table_comment"])):
        rows = ([element("code", row["column_name"]), row["data_type"], row["comment"]] for row in group)
        columns = [Column("column"), Column("type"), Column("meaning")]
        entries.append(
            element(
                "details",
                element("summary", element("code", name), element("span", f" {comment or ''}", class_="k-dim")),
                table(columns, rows, ""),
            )
        )
    return element("div", section("Tables and views", None, *entries), class_="k")


OWN_QUESTION = "a question of your own"
FIRST_SQL = """select name, type, article_count
from entities
order by article_count desc
limit 20"""


def lead() -> Markup:
    """What the SQL page can and can't do."""
    return page(
        "SQL",
        f"Your question can read the warehouse and nothing else of this machine, changes nothing, shows {MOST_ROWS} "
        "rows and ends after 20 seconds. Choose a saved question or write your own.",
    )


def question_form(query: SavedQuery | None) -> Markup:
    """Where marimo puts the fields of a question: {sql}, and one for each value that a saved one takes."""
    values = (element("label", name, " ", Markup(f"{{{name}}}")) for name in (query.defaults if query else {}))
    hindi = element("p", query.question_hi, class_="k-note", lang="hi") if query else None
    return element("div", hindi, element("div", *values, class_="k-values"), Markup("{sql}"), class_="k")
