"""The explorer as a marimo app: what is chosen on a page, and the view that follows from it."""

import marimo

app = marimo.App(width="full", app_title="Khabar", css_file="style.css")

with app.setup:
    from collections.abc import Callable
    from typing import Any

    import marimo as mo

    from flows.explorer import articles, data, entities, layout, network, overview, sql, words
    from flows.explorer.markup import Markup
    from flows.settings import load_settings
    from flows.warehouse import Reader, SavedQuery, WarehouseError, open_reader, saved_queries

    WAREHOUSE = load_settings().warehouse

    def shown(view: Callable[[Reader], Markup]) -> mo.Html:
        """A view of the generation that is published now, or why it can't be shown."""
        try:
            with open_reader(WAREHOUSE) as reader:
                return mo.Html(str(view(reader)))
        except (WarehouseError, OSError) as error:
            return mo.Html(str(layout.problem(str(error))))

    def sites(entity_id: str | None = None) -> list[str]:
        """The sites to choose from; none where the view below says why the warehouse can't be read."""
        try:
            with open_reader(WAREHOUSE) as reader:
                return data.read_sites(reader, entity_id)
        except WarehouseError:
            return []

    def choice(names: list[str], value: str | None, **more: str) -> mo.ui.dropdown:
        """A choice of sites and of what `more` says; sites without a name are one."""
        options = {**more, **{words.site_name(name or None): name for name in names}}
        labels = {name: label for label, name in options.items()}
        return mo.ui.dropdown(
            options, value=labels.get(value or "", next(iter(options), None)), allow_select_none=False
        )


@app.cell
def _() -> tuple[dict[str, str], str, int]:
    asked = {name: str(value) for name, value in mo.query_params().to_dict().items() if isinstance(value, str)}
    page = asked.get("page", "overview")
    page = page if page in words.PAGES else "overview"
    skip = int(asked["skip"][:9]) if asked.get("skip", "").isdecimal() else 0
    mo.Html(str(layout.header(page)))
    return asked, page, skip


@app.cell
def _(page: str) -> None:
    mo.stop(page != "overview")
    shown(overview.overview)
    return


# --- entities, and two sites on one ---


@app.cell
def _(asked: dict[str, str], page: str) -> tuple[mo.ui.text]:
    mo.stop(page not in ("entity", "compare"))
    name = mo.ui.text(asked.get("name", ""), placeholder="a name: पुतिन, Putin", debounce=300, full_width=True)
    mo.vstack([name])
    return (name,)


@app.cell
def _(asked: dict[str, str], name: mo.ui.text, page: str) -> None:
    mo.stop(not name.value.strip() and "entity" in asked)
    shown(lambda reader: entities.found_entities(reader, data.read_spellings(WAREHOUSE), name.value, to=page))
    return


@app.cell
def _(asked: dict[str, str], page: str, skip: int) -> None:
    mo.stop(page != "entity" or "entity" not in asked)
    shown(lambda reader: entities.entity(reader, asked["entity"], skip))
    return


@app.cell
def _(asked: dict[str, str], page: str) -> tuple[mo.ui.dropdown, mo.ui.dropdown]:
    mo.stop(page != "compare" or "entity" not in asked)
    _sites = sites(asked["entity"])
    one, other = (choice(_sites, _site) for _site in [*_sites, None, None][:2])
    mo.hstack([one, "and", other], justify="start", align="center", gap=1)
    return one, other


@app.cell
def _(asked: dict[str, str], one: mo.ui.dropdown, other: mo.ui.dropdown) -> None:
    shown(lambda reader: entities.compare(reader, asked["entity"], [one.value or "", other.value or ""]))
    return


# --- articles ---


@app.cell
def _(asked: dict[str, str], page: str) -> tuple[mo.ui.text, mo.ui.dropdown]:
    mo.stop(page != "article" or "article" in asked)
    sought = mo.ui.text(
        asked.get("words", ""),
        placeholder='words, in any spelling or form; "words side by side"',
        debounce=300,
        full_width=True,
    )
    site = choice(sites(), asked.get("site", data.ANY), **{"all sites": data.ANY})
    mo.hstack([sought, site], widths=[3, 1], align="center")
    return sought, site


@app.cell
def _(asked: dict[str, str], sought: mo.ui.text, site: mo.ui.dropdown, skip: int) -> None:
    _is_as_asked = sought.value == asked.get("words", "") and site.value == asked.get("site", data.ANY)
    shown(
        lambda reader: articles.articles(reader, sought.value, site.value or "", skip if _is_as_asked else 0),
    )
    return


@app.cell
def _(asked: dict[str, str], page: str) -> tuple[mo.ui.switch, mo.ui.switch]:
    mo.stop(page != "article" or "article" not in asked)
    with_removed = mo.ui.switch(True, label="show what was removed")
    with_rules = mo.ui.switch(False, label="show every rule")
    mo.hstack([with_removed, with_rules], justify="start", gap=2)
    return with_removed, with_rules


@app.cell
def _(asked: dict[str, str], with_removed: mo.ui.switch, with_rules: mo.ui.switch) -> None:
    shown(
        lambda reader: articles.article(
            reader, asked["article"], with_removed=with_removed.value, with_rules=with_rules.value
        )
    )
    return


# --- the network ---


@app.cell
def _(page: str) -> tuple[mo.ui.dropdown, mo.ui.dropdown, mo.ui.dropdown]:
    mo.stop(page != "network")
    _kinds = {"all types": data.ANY, **{label: value for value, label in words.TYPES.items()}}
    _sizes = {f"{count} entities": count for count in network.SIZES}
    kind = mo.ui.dropdown(_kinds, value="all types", allow_select_none=False)
    most = mo.ui.dropdown(_sizes, value=list(_sizes)[1], allow_select_none=False)
    place = choice(sites(), data.ANY, **{"all sites": data.ANY})
    mo.hstack([kind, place, most], justify="start", gap=1)
    return kind, most, place


@app.cell
def _(asked: dict[str, str], kind: mo.ui.dropdown, most: mo.ui.dropdown, place: mo.ui.dropdown) -> None:
    shown(
        lambda reader: network.together(
            reader, asked.get("entity", ""), kind=kind.value or "", site=place.value or "", most=most.value or 0
        )
    )
    return


# --- SQL ---


@app.cell
def _(page: str) -> tuple[mo.ui.dropdown, dict[str, SavedQuery]]:
    mo.stop(page != "sql")
    saved = {query.question: query for query in saved_queries().values()}
    chosen = mo.ui.dropdown([sql.OWN_QUESTION, *saved], value=sql.OWN_QUESTION, full_width=True)
    mo.vstack([mo.Html(str(sql.lead())), chosen])
    return chosen, saved


@app.cell
def _(chosen: mo.ui.dropdown, saved: dict[str, SavedQuery]) -> tuple[mo.ui.form[Any, Any]]:
    _query = saved.get(chosen.value or "")
    _fields = {
        "sql": mo.ui.text_area(_query.sql if _query else sql.FIRST_SQL, rows=8, full_width=True),
        **{name: mo.ui.text(value) for name, value in (_query.defaults if _query else {}).items()},
    }
    question = mo.Html(str(sql.question_form(_query))).batch(**_fields).form(submit_button_label="Run", bordered=False)
    mo.vstack([question])
    return (question,)


@app.cell
def _(question: mo.ui.form[Any, Any]) -> None:
    mo.stop(not question.value)
    shown(lambda reader: sql.answered(reader, dict(question.value or {})))
    return


@app.cell
def _(page: str) -> None:
    mo.stop(page != "sql")
    shown(sql.tables)
    return


if __name__ == "__main__":
    app.run()
