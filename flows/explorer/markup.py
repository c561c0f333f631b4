"""HTML in which every text is escaped unless it is markup that was made here."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from flows.terminal import harmless


class Markup(str):
    """HTML that is ready; only the functions of this module make it."""

    __slots__ = ()


#: What may stand in an element; None is left out.
Child = Markup | str | int | None


def element(name: str, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """An element; `class_` is the attribute class, `data_x` data-x; one of None or False is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(harmless("" if value is True else str(value)))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children side by side."""
    return Markup("".join(child if isinstance(child, Markup) else text(child) for child in children))


def text(value: Child) -> Markup:
    """A text as HTML that shows it letter by letter; controls become visible, and line ends are one newline."""
    return Markup("" if value is None else escape(harmless(str(value).replace("\r\n", "\n"))))


def link(label: Child, page: str, **parameters: str | int | None) -> Markup:
    """A link to a page of the explorer."""
    return element("a", label, href=address(page, **parameters))


def address(page: str, **parameters: str | int | None) -> str:
    """Where a page of the explorer is; a parameter of None is left out."""
    given = {key: value for key, value in parameters.items() if value is not None}
    return "?" + urlencode({"page": page, **given})
