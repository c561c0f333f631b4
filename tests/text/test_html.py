"""A page's blocks are its text, whatever the markup; hints and evidence are what the markup says."""

from __future__ import annotations

import json
import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from flows.text.html import Evidence, HtmlBlock, page_blocks, page_evidence, parse_page


def blocks_of(html: str) -> list[HtmlBlock]:
    root = parse_page(html)
    return [] if root is None else page_blocks(root)


def evidence_of(html: str) -> Evidence:
    root = parse_page(html)
    assert root is not None
    return page_evidence(root)


def collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text)


BLOCKS = {
    "paragraphs": ("<p>एक</p><p>दो</p>", ["एक", "दो"]),
    "space between blocks belongs to the one before": ("<p>एक</p>\n  <p> दो</p> ", ["एक ", "दो "]),
    "space at the start": ("<html><body> <p>एक", [" एक"]),
    "inline elements make no border": ("<p>रूस <b>और</b> <a href=x>चीन</a>।</p>", ["रूस और चीन।"]),
    "no separator is invented": ("<a>एक</a><a>दो</a><span>तीन</span>", ["एकदोतीन"]),
    "br": ("एक<br>दो<br/><br>तीन", ["एक", "दो", "तीन"]),
    "text around a block": ("<div>एक<p>दो</p>तीन</div>", ["एक", "दो", "तीन"]),
    "table": ("<table><tr><td>1<td>2<tr><th>3</table>", ["1", "2", "3"]),
    "custom elements": ("<x-a>एक</x-a><x-b>दो</x-b>", ["एक", "दो"]),
    "white space of all kinds": ("<p>रूस\u00a0\n\t\u2003ने&nbsp;&#8201;कहा</p>", ["रूस ने कहा"]),
    "empty paragraphs are a space at most": ("<p>एक</p><p>&nbsp;</p><p></p><p>दो</p>", ["एक ", "दो"]),
    "left out": (
        "<head><title>t</title></head><script>s</script><style>s</style><template>t</template><noscript>n</noscript>एक",
        ["एक"],
    ),
    "comments and instructions": ("रूस<!-- x --> ने<?php y ?> कहा", ["रूस ने कहा"]),
    "hidden text is text": ("<p hidden>एक</p><p style='display: none'>दो</p>", ["एक", "दो"]),
    "form fields": (
        "<select><option>एक<option>दो</select><textarea> <b>तीन</b></textarea><input type=hidden value=x>"
        "<button>चार</button>",
        ["एक", "दो ", "<b>तीन</b>", "चार"],
    ),
    "title of a drawing": ("<p>एक<svg><title>आइकन</title></svg>दो", ["एक", "आइकन", "दो"]),
    "entities": ("&#x939;&#2367;&amp;amp; &lt;b&gt; &copy; &bogus; &#150; &hearts;", ["हि&amp; <b> © &bogus; – ♥"]),
    "NUL and surrogates": ("<p>a\0b&#0;c&#xD800;</p>", ["a\ufffdb\ufffdc\ufffd"]),
    "control characters": ("<p>\x1b[1mक\x01</p>", ["\x1b[1mक\x01"]),
    "format characters are a block": ("<p>एक</p><p>\u200b</p>", ["एक", "\u200b"]),
    "XML declaration of another encoding": ("<?xml version='1.0' encoding='latin1'?><html><body>ह", ["ह"]),
    "meta of another encoding": ("<meta charset=utf-16><p>ह", ["ह"]),
    "text only": ("बस पाठ", ["बस पाठ"]),
    "after </body> and </html>": ("<html><body><p>एक</p></body></html> दो<p>तीन", ["एक ", "दो", "तीन"]),
    "two pages in one": ("<html><body><p>एक</body></html><html><body><p>दो</body></html>", ["एक", "दो"]),
    "an end of the page inside raw text": (
        "<html><body><p>एक</p></html><p>दो</p><iframe>तीन</body></html>",
        ["एक", "दो", "तीन</body></html>"],
    ),
    "tags left open": ("<div><p>एक<b>दो<p>तीन", ["एकदो", "तीन"]),
    "stray end tags": ("</p></div>एक</span>", ["एक"]),
    "frames": ("<frameset><frame src=x><noframes>एक</noframes></frameset>", ["एक"]),
    "nothing": ("", []),
    "a comment": ("<!-- x -->", []),
    "elements without text": ("<div><img src=x></div>", []),
    "white space": ("<p> \n </p>", [" "]),
}


@pytest.mark.parametrize(("html", "texts"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks(html: str, texts: list[str]) -> None:
    assert [block.text for block in blocks_of(html)] == texts


SKIPPED = {"script", "style", "template", "noscript", "head"}


def text_nodes(element: HtmlElement) -> str:
    """The promise as it is worded, by recursion."""
    inner = "".join(text_nodes(child) + (child.tail or "") for child in element)
    return "" if element.tag in SKIPPED else (element.text or "") + inner


TAGS = (
    "p div b br a table tr td li ul script style head body html template noscript svg select option textarea title "
    "iframe form h1 x-y math"
)
MARKUP = st.one_of(
    st.sampled_from(TAGS.split()).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS.split()).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["<!--", "-->", "&amp;", "&nbsp;", "&#8203;", "&lt", "<", ">", "<p class='", "'", "<![CDATA[", "<?x", "\0"]
    ),
)


@given(st.lists(MARKUP | st.text(st.sampled_from("कख a\n\t\u00a0\u200b।0"), max_size=6), max_size=30).map("".join))
def test_blocks_are_the_text_nodes_of_any_markup(html: str) -> None:
    root = parse_page(html)
    if root is None or root.getnext() is not None:
        return
    blocks = page_blocks(root)
    assert "".join(block.text for block in blocks) == collapse(text_nodes(root))
    assert all(block.text for block in blocks)
    assert all(0 <= block.link_share <= 1 for block in blocks)


NESTED = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10).map(lambda text: (text, escape(text))),
    lambda inner: st.tuples(st.sampled_from(["div", "section", "span", "b", "i"]), st.lists(inner, max_size=4)).map(
        lambda node: (
            "".join(text for text, _ in node[1]),
            f"<{node[0]}>{''.join(html for _, html in node[1])}</{node[0]}>",
        )
    ),
    max_leaves=20,
)


@given(NESTED)
def test_blocks_are_the_text_that_was_marked_up(page: tuple[str, str]) -> None:
    """Here the text is known before libxml2 sees it."""
    text, html = page
    found = "".join(block.text for block in blocks_of(f"<!doctype html><html><body><div>{html}</div></body></html>"))
    assert found == collapse(text)


DEEP = {
    "div": ("<div>" * 100_000 + "तल" + "</div>" * 100_000 + "<p>बाद", ["तल", "बाद"]),
    "never closed": ("<b>" * 5_000 + "तल" + "<p>बाद", ["तल", "बाद"]),
    "lists": ("<ul><li>पंक्ति" * 3_000, ["पंक्ति"] * 3_000),
    "void": ("<p>" + "शब्द<wbr>" * 3_000 + "</p><p>अंत", ["शब्द" * 3_000, "अंत"]),
}


@pytest.mark.parametrize(("html", "texts"), DEEP.values(), ids=DEEP.keys())
def test_depth_hides_no_text(html: str, texts: list[str]) -> None:
    assert [block.text for block in blocks_of(html)] == texts


@pytest.mark.parametrize("tag", ["noscript", "template"])
def test_page_swallowed_by_an_element_that_is_not_shown(tag: str) -> None:
    body = "<p>पहला अनुच्छेद</p>" * 100
    html = f"<body><{tag}><div></{tag}><div>{body}</div><script>var x = '</{tag}>';</script>"
    assert [block.text for block in blocks_of(html)] == ["पहला अनुच्छेद"] * 100


def test_noscript_as_it_should_be_stays_out() -> None:
    html = f"<p>एक</p><noscript><p>{'चित्र ' * 300}</p></noscript><p>दो</p>" + "<p>तीन</p>" * 1000
    assert "चित्र" not in "".join(block.text for block in blocks_of(html))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<" * 200_000,
        "<a " * 100_000,
        "<script" * 100_000,
        "<!--" * 100_000,
        "&" * 200_000,
        "<p x='" * 50_000,
        "<svg>" * 50_000,
    ],
    ids=["brackets", "tags", "scripts", "comments", "ampersands", "quotes", "drawings"],
)
def test_hostile_markup_takes_no_time(html: str) -> None:
    blocks_of(html)


# --- hints -----------------------------------------------------------------------------------------------------------


def hint(html: str) -> HtmlBlock:
    (block,) = blocks_of(html)
    return block


def test_hints_say_where_a_block_stands() -> None:
    block = hint(
        "<div class='Story main' id=s1><article><section class=body><p class='lead x'>रूस <b>और</b> चीन</p></section>"
    )
    assert (block.tag, block.css) == ("p", "lead x body Story main s1")
    assert block.ancestors == "p section article div body html"


def test_hints_of_a_block_inside_one_inline_element() -> None:
    block = hint("<p><strong class=sub>पुल पर फैसला</strong></p>")
    assert (block.tag, block.ancestors) == ("p", "strong p body html")
    assert block.css == "sub"


def test_hints_of_a_block_in_several_inline_elements_are_the_block_s() -> None:
    block = hint("<p class=lead><b class=x>रूस</b><i class=y><u>चीन</u></i></p>")
    assert (block.tag, block.css, block.ancestors) == ("p", "lead", "p body html")


def test_class_of_the_fourth_ancestor_is_too_far() -> None:
    assert hint("<div class=far><div class=c><div class=b><div class=a><p>x").css == "a b c"


def test_time_is_told_where_it_is_all() -> None:
    assert hint("<p><time datetime=2024>12 मार्च</time></p>").tag == "time"
    assert hint("<p>दिनांक <time datetime=2024>12 मार्च</time></p>").tag == "p"


LINK_SHARES = {
    "none": ("<p>रूस</p>", 0.0),
    "all": ("<a href=x><p>रूस</p></a>", 1.0),
    "half": ("<p>कख<a href=x><b>गघ</b></a></p>", 0.5),
    "space does not count": ("<p>क <a href=x> ख </a> </p>", 0.5),
}


@pytest.mark.parametrize(("html", "share"), LINK_SHARES.values(), ids=LINK_SHARES.keys())
def test_link_share(html: str, share: float) -> None:
    assert hint(html).link_share == pytest.approx(share)


HIDDEN = {
    "shown": ("<p>x", False),
    "attribute": ("<p hidden>x", True),
    "of an ancestor": ("<div hidden><div><p>x", True),
    "ARIA": ("<p aria-hidden=true>x", True),
    "ARIA says no": ("<p aria-hidden=false>x", False),
    "display": ("<p style='color: red; DISPLAY : none'>x", True),
    "visibility": ("<p style='visibility:hidden'>x", True),
    "display of another kind": ("<p style='display:block'>x", False),
    "part of a block": ("<p>x<span hidden>y</span></p>", False),
    "fallback of a frame": ("<iframe>x</iframe>", True),
}


@pytest.mark.parametrize(("html", "expected"), HIDDEN.values(), ids=HIDDEN.keys())
def test_is_hidden(html: str, expected: bool) -> None:
    assert hint(html).is_hidden is expected


# --- evidence --------------------------------------------------------------------------------------------------------


def test_evidence_of_a_head() -> None:
    assert evidence_of("""
        <html lang=hi><head><title> पुल पर
          फैसला | ख़बर </title>
        <link rel=canonical href=' https://khabar.example/a '>
        <meta property=og:title content='पुल पर फैसला'><meta property=og:url content=https://khabar.example/og>
        <meta name=author content=मोहित><meta name=author content=कविता><meta name=author content=मोहित>
        <meta property=article:published_time content=2024-03-05T10:00:00+05:30>
        <meta property=article:modified_time content=2024-03-06>
        </head><body>x""") == Evidence(
        canonical_url="https://khabar.example/a",
        html_lang="hi",
        html_title="पुल पर\n          फैसला | ख़बर",
        og_title="पुल पर फैसला",
        meta_authors="मोहित; कविता",
        meta_published="2024-03-05T10:00:00+05:30",
        meta_modified="2024-03-06",
    )


def test_silent_page() -> None:
    assert evidence_of("<p>x") == Evidence()
    assert evidence_of("<title> </title><meta name=author content=''><link rel=canonical><p>x") == Evidence()


def test_title_of_a_drawing_is_not_the_page_s() -> None:
    assert evidence_of("<body><svg><title>आइकन</title></svg>").html_title is None


def test_address_of_og_where_there_is_no_canonical() -> None:
    assert (
        evidence_of("<meta property=og:url content=https://khabar.example/og>").canonical_url
        == "https://khabar.example/og"
    )


def test_long_values_are_cut() -> None:
    title = evidence_of(f"<title>{'क' * 10_000}</title>").html_title
    assert title is not None and len(title) == 2000


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "पुल पर फैसला",
    "author": [{"@type": "Person", "name": "मोहित"}, {"name": "कविता"}],
    "publisher": {"@type": "Organization", "name": "ख़बर"},
    "datePublished": "2024-03-05",
    "dateModified": "2024-03-06",
}
SAID = ("पुल पर फैसला", "मोहित; कविता", "ख़बर", "2024-03-05", "2024-03-06")
OTHER = {"@type": "NewsArticle", "headline": "और ख़बर"}
JSON_LD = {
    "one object": json.dumps(ARTICLE),
    "not ASCII": json.dumps(ARTICLE, ensure_ascii=False),
    "a list": json.dumps([{"@type": "WebSite", "name": "x"}, ARTICLE]),
    "a graph": json.dumps({"@graph": [{"@type": "WebPage", "name": "x"}, ARTICLE]}),
    "inside a page": json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
    "several types": json.dumps({**ARTICLE, "@type": ["Thing", "ReportageNewsArticle"]}),
    "type as an address": json.dumps({**ARTICLE, "@type": "https://schema.org/BlogPosting"}),
    "beside a list of others": json.dumps([{"@type": "ItemList", "itemListElement": [ARTICLE | OTHER]}, ARTICLE]),
    "after a poorer one": json.dumps([OTHER, ARTICLE]),
    "trailing commas": json.dumps(ARTICLE).replace("}]", "},]").replace('"}', '",}'),
    "line ends inside strings": json.dumps(ARTICLE | {"x": "a b"}).replace("a b", "a\nb"),
    "a semicolon behind": json.dumps(ARTICLE) + ";",
    "CDATA": f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
    "an HTML comment": f"<!-- {json.dumps(ARTICLE)} -->",
    "two in a row": json.dumps({"@type": "WebSite"}) + "\n" + json.dumps(ARTICLE),
    "author as text": json.dumps(ARTICLE | {"author": ["मोहित", "कविता"]}),
    "author with names in a list": json.dumps(ARTICLE | {"author": {"name": ["मोहित", "कविता"]}}),
}


@pytest.mark.parametrize("script", JSON_LD.values(), ids=JSON_LD.keys())
def test_json_ld(script: str) -> None:
    found = evidence_of(f"<script type='application/ld+json'>{script}</script><p>x")
    assert (
        found.jsonld_title,
        found.jsonld_authors,
        found.jsonld_publisher,
        found.jsonld_published,
        found.jsonld_modified,
    ) == SAID


PERSON = {"@type": "Person", "@id": "#asha", "name": "Asha Rao"}
PAGE_NODE = {"@type": "WebPage", "author": {"@id": "#asha"}, "datePublished": "2024-03-05", "name": "Home"}
POINTERS = {
    "in the same script": ([{"@graph": [ARTICLE | {"author": {"@id": "#asha"}}, PERSON]}], "Asha Rao"),
    "in another script": ([ARTICLE | {"author": [{"@id": "#asha"}]}, PERSON], "Asha Rao"),
    "to nobody": ([ARTICLE | {"author": {"@id": "#bina"}}, PERSON], None),
    "of the page that holds it": ([{**ARTICLE, "author": None}, PAGE_NODE, PERSON], "Asha Rao"),
    "of a page, but the article names its own": ([PAGE_NODE, PERSON, ARTICLE], "मोहित; कविता"),
}


@pytest.mark.parametrize(("nodes", "authors"), POINTERS.values(), ids=POINTERS.keys())
def test_json_ld_may_point_to_its_authors(nodes: list[object], authors: str | None) -> None:
    scripts = "".join(f"<script type='application/ld+json'>{json.dumps(node)}</script>" for node in nodes)
    assert evidence_of(f"{scripts}<p>x").jsonld_authors == authors


def test_a_page_that_is_no_article_says_when_and_by_whom_but_no_title() -> None:
    scripts = "".join(f"<script type='application/ld+json'>{json.dumps(node)}</script>" for node in (PAGE_NODE, PERSON))
    assert evidence_of(f"{scripts}<p>x") == Evidence(jsonld_authors="Asha Rao", jsonld_published="2024-03-05")


METAS = {
    "preview": ([("twitter:label1", "Written by"), ("twitter:data1", "Asha Rao")], "Asha Rao"),
    "preview in German": ([("twitter:label1", "Verfasst von"), ("twitter:data1", "Asha Rao")], "Asha Rao"),
    "second pair": ([("twitter:label2", "Author"), ("twitter:data2", "Asha Rao")], "Asha Rao"),
    "preview of something else": ([("twitter:label1", "Reading time"), ("twitter:data1", "4 minutes")], None),
    "author before preview": (
        [("twitter:label1", "Written by"), ("twitter:data1", "asha"), ("author", "Asha Rao")],
        "Asha Rao",
    ),
    "address for a name": ([("article:author", "https://social.example/asha")], None),
    "name behind an address": (
        [("article:author", "https://social.example/asha"), ("parsely-author", "Asha Rao")],
        "Asha Rao",
    ),
    "catalogue": ([("citation_author", "Rao, Asha"), ("citation_author", "Bina Das")], "Asha Rao; Bina Das"),
}


@pytest.mark.parametrize(("metas", "authors"), METAS.values(), ids=METAS.keys())
def test_authors_of_meta(metas: list[tuple[str, str]], authors: str | None) -> None:
    tags = "".join(f"<meta name='{name}' content='{content}'>" for name, content in metas)
    assert evidence_of(f"{tags}<p>x").meta_authors == authors


def test_name_of_the_site_and_less_common_dates() -> None:
    found = evidence_of("<meta property=og:site_name content=ख़बर><meta name=published content='5 March 2024'><p>x")
    assert found == Evidence(site_name="ख़बर", meta_published="5 March 2024")


def test_half_a_character_is_no_text() -> None:
    """JSON may escape one of two surrogates; it can't be stored."""
    found = evidence_of('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "\\ud83d x"}</script>')
    assert found.jsonld_title == "\ufffd x"


BROKEN = [
    "",
    "{",
    "null",
    "[" * 100_000,
    '{"@type": "NewsArticle", "headline": 3, "author": [[]]}',
    '"x"',
    "]" * 100,
    "{}" * 1000,
]


@pytest.mark.parametrize("script", BROKEN, ids=range(len(BROKEN)))
def test_broken_json_ld_is_passed_over(script: str) -> None:
    assert evidence_of(f"<script type='application/ld+json'>{script}</script><p>x") == Evidence()
