"""HTML of the explorer: whatever a text holds, it is shown and nothing else happens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from flows.explorer.markup import address, element, join, link, text
from flows.terminal import harmless

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\t\f\v\x1c\x1d\x1e\x1f\x85"))


@given(TEXTS, TEXTS)
def test_any_text_comes_back_as_text(content: str, attribute: str) -> None:
    parsed = html.fragment_fromstring(element("p", content, title=attribute))
    assert len(parsed) == 0
    assert (parsed.text or "") == harmless(content)
    assert parsed.get("title") == harmless(attribute)


def test_only_markup_made_here_is_markup() -> None:
    assert element("p", element("b", "<i>"), "<i>") == "<p><b>&lt;i&gt;</b>&lt;i&gt;</p>"
    assert join("a & b", None, 3) == "a &amp; b3"


def test_attributes_without_a_value_are_left_out() -> None:
    assert element("a", class_="k", aria_label=None, hidden=False, data_x=1) == '<a class="k" data-x="1"></a>'


def test_controls_and_turned_directions_do_not_reach_the_page() -> None:
    assert text("a\x00\u202eb\r\nc") == "a␀b\nc"


def test_a_link_keeps_what_it_leads_to() -> None:
    assert address("entity", entity="a&b=ग़", skip=None) == "?page=entity&entity=a%26b%3D%E0%A4%97%E0%A4%BC"
    assert link("x", "sql") == '<a href="?page=sql">x</a>'
