"""Web pages: the text they show, cut into blocks with hints, and what they say of themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from lxml import etree
from lxml.html import HtmlElement


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Text in these is not shown, and no part of the page text.
SKIPPED = _words("script style template noscript head")
# Elements that begin and end a block. Custom elements (with a hyphen in the name) do as well.
BLOCK_ELEMENTS = _words(
    "address article aside audio blockquote body br button canvas caption center col colgroup dd details dialog dir "
    "div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend "
    "li listing main marquee menu nav noframes object ol optgroup option p plaintext pre search section select "
    "summary table tbody td textarea tfoot th thead title tr ul video xmp"
)
# Inline elements that say what a block is when they hold all of it.
_TELLING = _words("time")
# Elements whose text a browser does not show, although it is no script or style.
_UNSEEN = _words("datalist iframe noembed noframes title")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

CSS_ANCESTORS = 3
MAX_ANCESTORS = 50
MAX_HINT = 300
MAX_NAME = 40
MAX_VALUE = 2_000


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """A stretch of text between two block borders, white space collapsed, and what the markup says of it."""

    text: str
    tag: str
    css: str
    ancestors: str
    link_share: float
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page says of itself, unparsed; None where it is silent."""

    canonical_url: str | None = None
    html_lang: str | None = None
    html_title: str | None = None
    og_title: str | None = None
    site_name: str | None = None
    meta_authors: str | None = None
    meta_published: str | None = None
    meta_modified: str | None = None
    jsonld_title: str | None = None
    jsonld_authors: str | None = None
    jsonld_publisher: str | None = None
    jsonld_published: str | None = None
    jsonld_modified: str | None = None


SILENT = Evidence()


def parse_page(html: str) -> HtmlElement | None:
    """The tree of a page; None where there is no element and no text.

    Where libxml2 would lose text that a browser shows, the source is mended and parsed again: text after an early
    `</html>`, elements nested more than 2,048 deep, a page swallowed by a <noscript> with an open tag inside.
    """
    root, is_cut = _parse(html)
    if root is not None and root.getnext() is not None:
        html = _TOKEN.sub(lambda token: "" if token["end"] and token["tag"].lower() in _PAGE else token[0], html)
        root, is_cut = _parse(html)
    if is_cut:
        html = _flatten(html)
        root, _ = _parse(html)
    if root is not None and _is_swallowed(root):
        root, _ = _parse(_TOKEN.sub(lambda token: "" if token["unrun"] else token[0], html))
    return root


_PAGE = _words("html body")
# A comment, an element of raw text, or a tag; each ends at the end of the page at the latest, so no search is repeated.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|(?P<unrun><(?P<name>noscript|template)\b.*?(?:</(?P=name)\s*>|\Z))"
    r"|<(?P<end>/?)(?P<tag>[a-z][^\s/<>]*)[^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
# libxml2 knows HTML 4, and takes each of these for the parent of all that follows.
_VOID_SINCE_HTML_5 = _words("embed source track wbr")
_MAX_DEPTH = 1_000  # of 2,048; implied elements come on top


#: lxml.html's own parser asks Python each time an element is touched which class it is of: a tenth of a page's time.
_HTML_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)


def _parse(html: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether libxml2 gave up on its depth."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(_HTML_ELEMENTS)
    root = cast("HtmlElement | None", etree.fromstring(html.encode(), parser))
    return root, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log.filter_from_fatals())


def _flatten(html: str) -> str:
    """The page without the tags that stand too deep; a block's become <br>, which is a border too."""
    depth = 0

    def judge(token: re.Match[str]) -> str:
        nonlocal depth
        tag = (token["tag"] or "").lower()
        if not tag or tag in _VOID:
            return "" if tag in _VOID_SINCE_HTML_5 else token[0]
        if token["end"]:
            depth = max(depth - 1, 0)
        is_deep = depth >= _MAX_DEPTH
        if not token["end"]:
            depth += 1
        if not is_deep:
            return token[0]
        return "<br>" if tag in BLOCK_ELEMENTS else ""

    return _TOKEN.sub(judge, html)


def _is_swallowed(root: HtmlElement) -> bool:
    """Whether most of the page's text stands inside one <noscript> or <template>: it was not meant to."""
    holders = cast("list[HtmlElement]", root.xpath("//*[self::noscript or self::template][not(ancestor::noscript)]"))
    large = [holder for holder in holders if len(holder.text_content()) > _LEAST_PAGE]
    return bool(large) and max(map(_length, large)) > _length(root)


_LEAST_PAGE = 1_000


def _length(element: HtmlElement) -> int:
    """How much text an element shows, were it shown itself."""
    blocks = _Blocks()
    _walk(element, blocks, is_shown=True)
    return sum(len(block.text) for block in blocks.finish())


class _Frame:
    """An open element: what its text inherits from it."""

    __slots__ = ("block_tag", "css", "depth", "in_link", "is_block", "is_hidden", "parent", "tag")

    def __init__(self, element: HtmlElement, parent: _Frame | None) -> None:
        self.parent = parent
        self.tag: str = element.tag[:MAX_NAME]
        self.css = ""
        self.depth: int = 0
        self.is_block: bool = self.tag in BLOCK_ELEMENTS or "-" in self.tag
        self.block_tag: str = self.tag if self.is_block else "body"
        self.in_link: bool = self.tag == "a"
        self.is_hidden: bool = self.tag in _UNSEEN
        if parent is not None:
            self.depth = parent.depth + 1
            self.in_link = self.in_link or parent.in_link
            self.is_hidden = self.is_hidden or parent.is_hidden
            if not self.is_block:
                self.block_tag = parent.block_tag
        for name, value in element.items():
            if name == "class" or name == "id":
                self.css = f"{self.css} {value[:MAX_HINT]}" if self.css else value[:MAX_HINT]
            elif (
                name == "hidden"
                or (name == "aria-hidden" and value == "true")
                or (name == "style" and _HIDING_STYLE.search(value))
            ):
                self.is_hidden = True


class _Blocks:
    """Collects text nodes into blocks: each run of white space of the page is one space, in the block it begins in."""

    def __init__(self) -> None:
        self.done: list[HtmlBlock] = []
        self.pieces: list[str] = []
        self.first: _Frame | None = None  # of the block's first text; None while the block has none
        self.common = 0  # depth of the innermost element that holds all of the block's text
        self.lowest = 0  # depth to which elements were closed since the last text
        self.length = self.linked = 0
        self.ends_in_space = False

    def add(self, text: str, frame: _Frame) -> None:
        """One more text node, which is not empty."""
        if not self.ends_in_space and text[0].isspace():
            self._add_space()
        words = text.split()
        if not words:
            return
        if self.first is None:
            self.first, self.common = frame, frame.depth
        else:
            self.common = min(self.common, self.lowest, frame.depth)
        self.lowest = frame.depth
        self.pieces.append(" ".join(words))
        size = sum(map(len, words))
        self.length += size
        if frame.in_link:
            self.linked += size
        self.ends_in_space = text[-1].isspace()
        if self.ends_in_space:
            self.pieces.append(" ")

    def leave(self, frame: _Frame) -> None:
        """An element was closed; `frame` is its parent."""
        self.lowest = min(self.lowest, frame.depth)

    def _add_space(self) -> None:
        """A space at a border belongs to the block before; at the start of the page, to the first block."""
        self.ends_in_space = True
        if self.first is not None or not self.done:
            self.pieces.append(" ")
        else:
            last = self.done[-1]
            self.done[-1] = HtmlBlock(
                f"{last.text} ", last.tag, last.css, last.ancestors, last.link_share, last.is_hidden
            )

    def close(self) -> None:
        """Ends the block, if it has any text."""
        if self.first is None:
            return
        holder = self.first
        while holder.depth > self.common and holder.parent is not None:
            holder = holder.parent
        tag = holder.tag if holder.tag in _TELLING else holder.block_tag
        css, ancestors = _hints(holder)
        text, share = "".join(self.pieces), self.linked / self.length
        self.done.append(HtmlBlock(text, tag, css, ancestors, share, holder.is_hidden))
        self.pieces, self.first, self.length, self.linked = [], None, 0, 0

    def finish(self) -> list[HtmlBlock]:
        """All blocks; a page of white space is one."""
        self.close()
        if self.pieces:
            self.done.append(HtmlBlock("".join(self.pieces), "body", "", "body", 0.0, False))
        return self.done


def _hints(holder: _Frame) -> tuple[str, str]:
    """Class and id words of an element and three ancestors, and the tags of all of them, innermost first."""
    tags: list[str] = []
    css: list[str] = []
    frame: _Frame | None = holder
    while frame is not None and len(tags) < MAX_ANCESTORS:
        if len(tags) <= CSS_ANCESTORS and frame.css:
            css.append(frame.css)
        tags.append(frame.tag)
        frame = frame.parent
    return " ".join(" ".join(css).split())[:MAX_HINT], " ".join(tags)[:MAX_HINT]


def page_blocks(root: HtmlElement) -> list[HtmlBlock]:
    """The page text, all that stands outside SKIPPED, cut at the borders of block elements."""
    blocks = _Blocks()
    _walk(root, blocks)
    return blocks.finish()


def _walk(root: HtmlElement, blocks: _Blocks, *, is_shown: bool = False) -> None:
    """Feeds every text node in document order, those of a skipped root too if `is_shown`; no recursion, so no limit."""
    frame: _Frame | None = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            frame = _Frame(element, frame)
            if frame.is_block:
                blocks.close()
            if frame.tag in SKIPPED and not (is_shown and frame.parent is None):
                walk.skip_subtree()
            elif element.text:
                blocks.add(element.text, frame)
        elif frame is not None:
            if frame.is_block:
                blocks.close()
            frame = frame.parent
            if frame is not None:
                blocks.leave(frame)
                if element.tail:
                    blocks.add(element.tail, frame)


# ── what a page says of itself ──────────────────────────────────────────────────────────────────────────────────────

_ARTICLE_TYPES = _words(
    "article newsarticle reportagenewsarticle analysisnewsarticle backgroundnewsarticle opinionnewsarticle "
    "reviewnewsarticle blogposting liveblogposting socialmediaposting techarticle scholarlyarticle report"
)
# Names of <meta>, the most trustworthy first.
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "rnews:datepublished",
    "article.published",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publishdate",
    "publish_date",
    "publication_date",
    "publish_time",
    "published",
    "published_at",
    "publisheddate",
    "og:publish_date",
    "pubdate",
    "cxenseparse:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "datemodified",
    "og:updated_time",
    "article.updated",
    "modified_time",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
)
_AUTHORS = (
    "author",
    "article:author_name",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "og:author",
    "og:article:author",
    "byl",
    "authors",
    "creator",
)
# Pages that are drawn up as no article: what they say of author and date counts where no article is described.
_PAGE_TYPES = _words(
    "webpage itempage aboutpage faqpage qapage medicalwebpage recipe howto discussionforumposting podcastepisode "
    "medicalscholarlyarticle"
)
# Previews name the author in a pair of free label and value: "Written by", "Asha Rao".
_PREVIEW_PAIRS = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_WRITTEN_BY = re.compile(
    r"(?:written|posted|published|geschrieben|verfasst|veröffentlicht) (?:by|von)|author|autor|autore|auteur"
    r"|(?:escrito|publicado|écrit|rédigé|publié|scritto|pubblicato|geschreven) (?:por|par|da|door)"
    r"|skrevet av|skriven av"
    r"|लेखक|द्वारा लिखित|द्वारा प्रकाशित",
    re.IGNORECASE,
)


def page_evidence(root: HtmlElement) -> Evidence:
    """Canonical address, language, titles, authors and dates from the head and from JSON-LD."""
    metas = _meta_values(root)
    found = _jsonld_article(root)
    link = next(
        (
            element.get("href")
            for element in root.iter("link")
            if (element.get("rel") or "").lower() == "canonical" and element.get("href")
        ),
        None,
    )
    title = next((element.text for element in root.iter("title") if not _is_drawing(element)), None)
    return Evidence(
        canonical_url=_value(link) or _first(metas, ["og:url"]),
        html_lang=_value(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")),
        html_title=_value(title),
        og_title=_first(metas, ["og:title", "twitter:title"]),
        site_name=_first(metas, ["og:site_name", "application-name"]),
        meta_authors=_first(metas, _AUTHORS) or _preview_author(metas),
        meta_published=_first(metas, _PUBLISHED),
        meta_modified=_first(metas, _MODIFIED),
        **found,
    )


#: JSON may escape half of a character beyond U+FFFF; nothing could store it.
_SURROGATE = re.compile("[\ud800-\udfff]")


def _value(text: object) -> str | None:
    """A string as the page gives it: stripped, cut to a sane length; None if there is nothing."""
    if not isinstance(text, str):
        return None
    return _SURROGATE.sub("\ufffd", text.strip()[:MAX_VALUE].rstrip()) or None


def _is_drawing(title: HtmlElement) -> bool:
    """Whether a <title> is that of an <svg>."""
    return any(element.tag == "svg" for element in title.iterancestors())


def _meta_values(root: HtmlElement) -> dict[str, list[str]]:
    """The contents of <meta> by lower-case name, property or itemprop."""
    values: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = _value(element.get("content"))
        for key in ("property", "name", "itemprop"):
            name = element.get(key)
            if name and content:
                values.setdefault(name.strip().lower(), []).append(content)
    return values


def _first(metas: dict[str, list[str]], names: Sequence[str]) -> str | None:
    """The first value there is, in the order of the names; several authors are joined by "; "."""
    for name in names:
        found = metas.get(name, ())
        if names is _AUTHORS:  # article:author is an address as often as a name
            found = [_upright(value) if name == "citation_author" else value for value in found if "://" not in value]
        if found:
            return "; ".join(dict.fromkeys(found))[:MAX_VALUE] if names is _AUTHORS else found[0]
    return None


def _upright(name: str) -> str:
    """'Rao, Asha' of a library's catalogue as Asha Rao."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name


def _preview_author(metas: dict[str, list[str]]) -> str | None:
    for label, value in _PREVIEW_PAIRS:
        if _WRITTEN_BY.fullmatch(metas.get(label, [""])[0].strip(" :")):
            return _first(metas, [value])
    return None


def _jsonld_article(root: HtmlElement) -> dict[str, str]:
    """Fields of Evidence from the JSON-LD node of an article; of several that which says most, then the first.

    Who wrote it and when may be said of the page that holds it instead.
    """
    scripts = [
        _read_json(script.text)
        for script in root.iter("script")
        if "ld+json" in (script.get("type") or "").lower() and script.text
    ]
    nodes = [node for values in scripts for node in _typed_nodes(values)]
    known = {str(node["@id"]): name for _, node in nodes if node.get("@id") and (name := _names(node))}
    best: dict[str, str] = {}
    of_page: dict[str, str] = {}
    for kinds, node in nodes:
        if not kinds & (_ARTICLE_TYPES | _PAGE_TYPES):
            continue
        fields_of_node = {
            "jsonld_title": _names(node.get("headline")) or _names(node.get("name")),
            "jsonld_authors": _names(node.get("author"), known) or _names(node.get("creator"), known),
            "jsonld_publisher": _names(node.get("publisher"), known),
            "jsonld_published": _names(node.get("datePublished")),
            "jsonld_modified": _names(node.get("dateModified")),
        }
        found = {key: value for key, value in fields_of_node.items() if value}
        if not kinds & _ARTICLE_TYPES:
            of_page = {key: found[key] for key in _SAID_OF_PAGES if key in found} | of_page
        elif len(found) > len(best):
            best = found
    return of_page | best


_SAID_OF_PAGES = ("jsonld_authors", "jsonld_published", "jsonld_modified")


_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
MAX_NODES = 20_000


def _read_json(text: str) -> list[object]:
    """The values in a script: as a rule one; pages forget commas' ends, add semicolons or write several in a row."""
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    start = min((at for at in (text.find("{"), text.find("[{")) if at >= 0), default=len(text))
    rest = text[start:]  # what comes before is a comment or <![CDATA[
    while rest and len(values) < 50:
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError):
            repaired = _TRAILING_COMMA.sub("", rest)
            if repaired == rest:
                break
            rest = repaired
            continue
        values.append(value)
        rest = rest[end:].lstrip(" \t\r\n;,")
    return values


def _typed_nodes(values: list[object]) -> Iterator[tuple[set[str], dict[str, object]]]:
    """Objects and their types in lower case, outermost first; lists of other articles are not searched."""
    queue: list[object] = list(values)
    for at in range(MAX_NODES):
        if at >= len(queue):
            return
        value = queue[at]
        if isinstance(value, list):
            queue.extend(value)
        elif isinstance(value, dict):
            kinds = value.get("@type")
            names = {str(kind).rsplit("/", 1)[-1].lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}
            yield names, value
            if "itemlist" not in names:
                queue.extend(child for child in value.values() if isinstance(child, dict | list))


def _names(value: object, known: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """The text of a value that may be a string, an object with a name, or a list of either; joined by "; ".

    `known` has the names of objects by the @id with which others point to them.
    """
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = item.get("name") or item.get("@value") or known.get(str(item.get("@id")))
            if isinstance(item, list):
                item = "; ".join(part for part in item if isinstance(part, str))
        text = _value(item)
        if text and text not in found:
            found.append(text)
    return _value("; ".join(found))
