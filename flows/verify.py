"""Checks promises 1 to 4 on the published warehouse by reading raw files and tables again, with code of its own.

Nothing of the pipeline is used here but the connection to the warehouse: what the two agree on, two have said.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import html
import os
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar, cast

from flows import warehouse
from flows.settings import Settings
from flows.verify_records import hash_of, read_pages

KEPT = frozenset({"standfirst", "body", "subhead"})
MOST_REPLACED = 0.01
MOST_FAULTS = 200
#: Articles whose words are held against them, and characters of the longest word that a search knows.
MOST_SEARCHED = 5_000
LONGEST_WORD = 100

_SKIPPED = frozenset({"script", "style", "template", "noscript", "head"})
#: Elements that may stand in a head; any other begins the body.
_OF_HEAD = _SKIPPED | {"html", "title", "base", "basefont", "bgsound", "link", "meta", "noframes", "object"}
#: Their content is text up to the end tag, whatever it looks like.
_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"})
#: What stands in a stored path for a % and for bytes that are not UTF-8, and what it stands for in os.fsdecode's form.
_ESCAPED = re.compile(rb"%(25|[89A-F][0-9A-F])")
_SURROGATE = re.compile("[\udc80-\udcff]")
_UNSTORABLE = re.compile("[%\udc80-\udcff]")
_MARKUP = re.compile(
    r"<!--(?:>|->|.*?(?:--!?>|\Z))"
    r"|<[!?].*?(?:>|\Z)"
    r"|</(?![a-z]).*?(?:>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?:[^>\"'=]|=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[=\"'])*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = frozenset("'\"`´«»‹›‘’‚‛“”„‟′″‴‵‶‷ʹʺʻʼʽˮ\u0374\u1fef\u1ffd〝〞〟＂＇❛❜❝❞")
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # its canonical combining class


class Block(NamedTuple):
    """A row of `blocks`."""

    article_id: str
    block_no: int
    raw_start: int
    raw_end: int
    raw_text: str
    role: str
    is_kept: bool
    paragraph_no: int | None


class Mention(NamedTuple):
    """A row of `mentions`."""

    article_id: str
    mention_id: str
    surface: str
    start_char: int
    end_char: int
    raw_start: int
    raw_end: int


Row = TypeVar("Row", Block, Mention)


@dataclass(frozen=True)
class Article:
    """An article with all that hangs on it, and what `files` says of its source."""

    article_id: str
    path: str
    record: int  # 0 for a file of one document
    file_format: str
    format: str
    encoding: str
    sha256: str
    body: str
    blocks: list[Block] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    @property
    def page_text(self) -> str:
        return "".join(block.raw_text for block in self.blocks)

    @property
    def source(self) -> str:
        """Where it comes from, as `khabar explain` takes it."""
        return f"{self.path}#{self.record}" if self.record else self.path


CHANGED = "the raw file changed since the last run; khabar run, then verify again"


class _Unreadable(Exception):
    """A raw file that can't be held against the warehouse, and why."""


def verify(settings: Settings, is_waiting: Callable[[str], bool] = lambda path: False) -> list[str]:
    """One line for each thing that does not hold; empty if promises 1 to 4 do.

    A raw file that `is_waiting` for the next run is not held against the warehouse.

    Raises:
        WarehouseError: there is no warehouse, or it can't be read.
    """
    warehouse.check_version(settings.warehouse)
    faults: list[str] = []
    bulk = BulkFiles(settings.raw)
    with _held_still(settings) as published:
        for article in _read_articles(published):
            source = list(check_source(article, settings.raw, bulk))
            if source and is_waiting(article.path):
                source = []
            found = [*check_ledger(article), *source, *check_body(article), *check_mentions(article)]
            faults += [f"{article.source}: {fault}" for fault in found]
        faults += check_presence(published)
        faults += check_identity(published)
        faults += check_search(published)
    if len(faults) > MOST_FAULTS:
        faults = [*faults[:MOST_FAULTS], f"and {len(faults) - MOST_FAULTS} more"]
    return faults


@contextmanager
def _held_still(settings: Settings) -> Iterator[Path]:
    """The published file under a second name, which no run replaces while it is read several times."""
    with ExitStack() as stack:
        published = settings.warehouse
        with suppress(OSError):  # a folder that may only be read, or a file system without links
            settings.work.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(_own_folder(settings))
            os.link(settings.warehouse, link := Path(folder) / settings.warehouse.name)
            published = link
        yield published


def _own_folder(settings: Settings) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder whose name tells upkeep whose it is."""
    return tempfile.TemporaryDirectory(prefix=f"verify-{os.getpid()}-", dir=settings.work.parent)


def verify_rebuild(settings: Settings) -> list[str]:
    """Promise 6: builds the warehouse anew in a folder of its own and compares the digests."""
    from flows.pipeline import run

    before = warehouse.digest(settings.warehouse)
    settings.work.parent.mkdir(parents=True, exist_ok=True)
    with _own_folder(settings) as folder:
        anew = replace(
            settings,
            warehouse=Path(folder) / settings.warehouse.name,
            rebuild=False,
            accept_loss=True,
            on_failure="",
        )
        anew.state.mkdir()
        for name in ("decisions", "refused_templates"):
            with suppress(FileNotFoundError):
                shutil.copy(getattr(settings, name), getattr(anew, name))
        run(anew)
        after = warehouse.digest(anew.warehouse)
    if after == before:
        return []
    counts = [
        f"{table} {rows} → {after.row_counts[table]}"
        for table, rows in before.row_counts.items()
        if rows != after.row_counts[table]
    ]
    return [
        f"promise 6: a build from scratch gives the digest {after.sha256}, the warehouse has {before.sha256} "
        f"({', '.join(counts) or 'as many rows of each table'}); had files or rules changed, khabar run comes first"
    ]


# --- promise 1: nothing vanishes -------------------------------------------------------------------------------------


def check_ledger(article: Article) -> Iterator[str]:
    """In order, the blocks partition the page text."""
    at = 0
    for number, block in enumerate(article.blocks):
        if block.block_no != number:
            yield f"promise 1: block {block.block_no} stands where {number} should"
        if (block.raw_start, block.raw_end) != (at, at + len(block.raw_text)):
            yield f"promise 1: block {number} is {block.raw_start}–{block.raw_end}, not {at}–{at + len(block.raw_text)}"
        at += len(block.raw_text)
    if not article.blocks:
        yield "promise 1: no blocks"


def check_source(article: Article, raw: Path, bulk: BulkFiles) -> Iterator[str]:
    """The blocks together are the decoded file, or all the text nodes of the page."""
    try:
        text = decode_source(article, bulk.read(article) if article.record else read_source(article, raw))
    except _Unreadable as error:
        yield f"promise 1: {error}"
        return
    if article.format == "text":
        if text != article.page_text:
            yield f"promise 1: the blocks are not the file; {_first_difference(text, article.page_text)}"
        return
    # Broken markup has no single reading: a page is whole if it is so by one of two parsers that the pipeline is not.
    ours = squeeze(article.page_text)
    if ours not in (read := squeeze(read_page(text)), squeeze(read_tree(text))):
        yield f"promise 1: the blocks are not the text of the page; {_first_difference(read, ours)}"
    if re.search(r"\s\s|[^\S ]", article.page_text):
        yield "promise 1: white space of the page is not collapsed"


def check_presence(path: Path) -> Iterator[str]:
    """A file that is loaded has an article, a record that could be used its own, and no other has one."""
    statuses = {str(file): str(status) for file, status in _rows(path, "select path, status from files")}
    ids, sources = set[object](), set[str]()
    for article_id, source in _rows(path, "select article_id, source_path from articles"):
        ids.add(article_id)
        sources.add(str(source))
    for source in sorted(sources | {file for file, status in statuses.items() if status == "loaded"}):
        status = statuses.get(source, "unknown")
        if (status == "loaded") != (source in sources):
            yield f"{source}: promise 1: the file is {status}, yet has {'an' if source in sources else 'no'} article"
    records = "select source_path, source_record, article_id, error_code from records order by all"
    for source, number, article_id, code in _rows(path, records):
        if (code is None) != (article_id in ids):
            verdict = code or "no error"
            yield f"{source}#{number}: promise 1: {verdict}, yet {'an' if article_id in ids else 'no'} article"


def read_source(article: Article, raw: Path) -> bytes:
    """The bytes of a raw file of one document, without their compression."""
    try:
        data = find_file(raw, article.path).read_bytes()
    except OSError as error:
        raise _Unreadable(f"the raw file can't be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != article.sha256:
        raise _Unreadable(CHANGED)
    if article.path.lower().endswith(".gz"):
        data = gzip.decompress(data.rstrip(b"\0") if data.endswith(b"\0" * 9) else data)
    elif article.path.lower().endswith(".zst"):
        data = _unzstd(data)
    return data


def decode_source(article: Article, data: bytes) -> str:
    """The characters of a page, read by what `files` or `records` says of it."""
    codec, *repairs = article.encoding.split("+")
    try:
        codecs.lookup(codec)
    except LookupError:
        raise _Unreadable(f"encoding says {article.encoding}, which is none") from None
    if "bom" in repairs:
        mark = "\ufeff".encode(codec)
        if not data.startswith(mark):
            raise _Unreadable(f"encoding says {article.encoding}, but the file has no byte-order mark")
        data = data[len(mark) :]
    text = data.decode(codec, "replace")
    replaced = sum(int(repair.split(":")[1]) for repair in repairs if repair.startswith("replaced:"))
    if replaced > MOST_REPLACED * len(text):
        raise _Unreadable(f"{replaced} of {len(text)} characters were replaced; the file is undecodable")
    if any(repair.startswith(("double:", "references:")) for repair in repairs):
        from flows.text.repairs import repair_text  # what it does is named in the encoding, and so part of the promise

        text, _ = repair_text(text, article.format == "html")
    return text


class BulkFiles:
    """Files of many documents, each read once, for articles that come in the order of their records."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._path = ""
        self._pages: Iterator[tuple[int, bytes]] = iter(())
        self._why = ""

    def read(self, article: Article) -> bytes:
        """The bytes of the page of a record."""
        if article.path != self._path:
            self._open(article)
        if self._why:
            raise _Unreadable(self._why)
        for number, page in self._pages:
            if number == article.record:
                return page
            if number > article.record:
                break
        raise _Unreadable("the raw file has no such record")

    def _open(self, article: Article) -> None:
        self._path, self._why = article.path, ""
        try:
            path = find_file(self._raw, article.path)
            is_same = hash_of(path) == article.sha256
        except OSError as error:
            self._why = f"the raw file can't be read: {error.strerror}"
            return
        except _Unreadable as error:
            self._why = str(error)
            return
        if not is_same:
            self._why = CHANGED
        else:
            self._pages = read_pages(path, article.file_format)


def find_file(raw: Path, path: str) -> Path:
    """The file that `files.path` names: bytes of a name that are not UTF-8 stand there as %XX."""
    file = path_on_disk(raw, path)
    if not file.is_file():
        raise _Unreadable("the raw file is gone since the last run; khabar run, then verify again")
    return file


def path_on_disk(raw: Path, path: str) -> Path:
    """The file that `files.path` names."""
    return raw / "/".join(map(_name_on_disk, path.split("/")))


def _name_on_disk(stored: str) -> str:
    """The one file name that has this stored form: itself, or what %XX and %25 stand for in it.

    They stand for something where the name has bytes that are not UTF-8, or where it would pass for such a form.
    """
    name = os.fsdecode(_ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), os.fsencode(stored)))
    if name == stored or _UNSTORABLE.sub(lambda match: f"%{ord(match[0]) & 0xFF:02X}", name) != stored:
        return stored
    return name if _SURROGATE.search(name) or _name_on_disk(name) != name else stored


def _unzstd(data: bytes) -> bytes:
    import io

    import zstandard

    with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
        io.BytesIO(data), read_across_frames=True
    ) as stream:
        return stream.read()


def read_page(page: str) -> str:
    """The text of a page by its source alone: all that is no markup and not inside a skipped element."""
    pieces: list[str] = []
    skipped: list[str] = []
    in_head: bool | None = None  # None until a head begins
    at = 0
    while at < len(page):
        markup = _MARKUP.search(page, at)
        text = html.unescape(page[at : markup.start() if markup else len(page)])
        if text and not skipped:
            if text.strip():
                in_head = False
            pieces.append(text)
        if markup is None:
            break
        at = markup.end()
        name = (markup["name"] or "").lower()
        if markup["end"]:
            if skipped and name == skipped[-1]:
                skipped.pop()
            elif name == "head" and not skipped:
                in_head = False
        elif name in _RAW:
            content, at = _raw_content(page, at, name)
            if not (skipped or name in _SKIPPED or (name == "title" and in_head is not False)):
                pieces.append(html.unescape(content) if name in ("title", "textarea") else content)
        elif name == "template" or (name == "noscript" and name not in skipped):  # one inside another is its text
            skipped.append(name)
        elif name == "head" and in_head is None:
            in_head = True
        elif name and name not in _OF_HEAD and not skipped:
            in_head = False
    return "".join(pieces)


def _raw_content(page: str, at: int, name: str) -> tuple[str, int]:
    """What stands before the end tag of an element that holds no markup, and where that tag ends."""
    end = re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(page, at)
    return (page[at : end.start()], end.end()) if end else (page[at:], len(page))


def read_tree(page: str) -> str:
    """The text of a page by libxml2's tree of it; nothing where it gave up, for then the tree holds but a part."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(page.encode(), parser)
    if root is None or any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        return ""
    found = root.xpath(f"//text()[not({' or '.join(f'ancestor::{name}' for name in sorted(_SKIPPED))})]")
    return "".join(map(str, cast("list[str]", found)))


def squeeze(text: str) -> str:
    """Without white space, and without what parsers make different things of: NUL and U+FFFD."""
    return "".join(text.split()).replace("\0", "").replace("\ufffd", "")


# --- promise 2: the body is the kept blocks --------------------------------------------------------------------------


def check_body(article: Article) -> Iterator[str]:
    """Paragraph by paragraph, the body has the letters of the kept blocks, and joiners where they matter."""
    for block in article.blocks:
        if block.role != "blank" and block.is_kept != (block.role in KEPT):
            yield f"promise 2: block {block.block_no} is a {block.role}, yet is_kept is {block.is_kept}"
    kept = [block for block in article.blocks if block.is_kept and block.paragraph_no is not None]
    kept.sort(key=lambda block: (block.paragraph_no, block.block_no))
    ledger = [
        "\n".join(block.raw_text for block in blocks) for _, blocks in groupby(kept, lambda block: block.paragraph_no)
    ]
    # A paragraph may be nothing but quote marks.
    ledger, body = ([text for text in map(letters, side) if text] for side in (ledger, article.body.split("\n\n")))
    if ledger != body:
        at = next((n for n, pair in enumerate(zip(ledger, body, strict=False)) if pair[0] != pair[1]), None)
        yield (
            f"promise 2: the body has {len(body)} paragraphs, the kept blocks {len(ledger)}"
            if at is None
            else f"promise 2: paragraph {at} differs; {_first_difference(ledger[at], body[at])}"
        )
    if unicodedata.normalize("NFC", article.body) != article.body:
        yield "promise 2: the body is not in NFC"
    if re.search(r"[^\S\n ]|  | \n|\n |(?<!\n)\n(?!\n)|\n{3}|^\s|\s$", article.body):
        yield "promise 2: the body has other white space than single spaces and empty lines"


def letters(text: str) -> str:
    """What must be equal: all but white space, quote marks and unseen characters; joiners count after a virama."""
    chars: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in _JOINERS:
            if chars and unicodedata.combining(chars[-1]) == _VIRAMA:
                chars.append(char)
        elif not _is_set_aside(char):
            chars.append(char)
    return unicodedata.normalize("NFC", "".join(chars))


def _is_set_aside(char: str) -> bool:
    is_unseen = unicodedata.category(char) in ("Cf", "Cc") or char == "\ufffc"
    return is_unseen or char.isspace() or char in _QUOTES


# --- promise 3: mentions stand where they say ------------------------------------------------------------------------


def check_mentions(article: Article) -> Iterator[str]:
    """The body holds the surface, and the page text its letters."""
    page_text = article.page_text
    for mention in article.mentions:
        found = article.body[mention.start_char : mention.end_char]
        if found != mention.surface or not found:
            yield f"promise 3: the body has {found!r} where {mention.surface!r} should stand ({mention.mention_id})"
        raw = page_text[mention.raw_start : mention.raw_end]
        if letters(raw).strip(_JOINERS) != letters(mention.surface).strip(_JOINERS):
            yield f"promise 3: the page has {raw!r} where {mention.surface!r} should stand ({mention.mention_id})"


# --- promise 4: every id resolves ------------------------------------------------------------------------------------


def check_identity(path: Path) -> list[str]:
    """Ids stand for something, entities have mentions, and counts are right."""
    articles = {row[0] for row in _rows(path, "select article_id from articles")}
    runs = {row[0] for row in _rows(path, "select run_id from runs")}
    mention_counts: Counter[object] = Counter()
    articles_of: dict[object, set[object]] = {}
    faults: list[str] = []
    for mention_id, article_id, entity_id in _rows(path, "select mention_id, article_id, entity_id from mentions"):
        mention_counts[entity_id] += 1
        articles_of.setdefault(entity_id, set()).add(article_id)
        if article_id not in articles:
            faults.append(f"promise 4: mention {mention_id} is in {article_id}, which is no article")
    entities: dict[object, tuple[object, ...]] = {}
    for entity_id, *counts in _rows(path, "select entity_id, article_count, mention_count from entities"):
        if entity_id in entities:
            faults.append(f"promise 4: entity {entity_id} is there several times")
        entities[entity_id] = tuple(counts)
    for entity_id in sorted(mention_counts.keys() - entities.keys(), key=str):
        faults.append(f"promise 4: mentions name {entity_id}, which is no entity")
    for entity_id, found in entities.items():
        true = len(articles_of.get(entity_id, ())), mention_counts[entity_id]
        if found != true or not true[1]:
            faults.append(f"promise 4: entity {entity_id} has (articles, mentions) {found}, it should have {true}")
    references: Mapping[str, tuple[str, set[object]]] = {
        "blocks.article_id": ("select distinct article_id from blocks", articles),
        "articles.run_id": ("select distinct run_id from articles", runs),
        "files.first_run_id": ("select distinct first_run_id from files", runs),
        "files.last_run_id": ("select distinct last_run_id from files", runs),
        "generation.run_id": ("select run_id from generation", runs),
        "entity_redirects.run_id": ("select distinct run_id from entity_redirects", runs),
        "entity_redirects.entity_id": ("select distinct entity_id from entity_redirects", set(entities)),
        "entity_aliases.entity_id": ("select distinct entity_id from entity_aliases", set(entities)),
    }
    for column, (sql, known) in references.items():
        faults += [
            f"promise 4: {column} {row[0]} stands for nothing" for row in _rows(path, sql) if row[0] not in known
        ]
    spelt = "select entity_id, surface, count(*) from mentions group by all"
    aliases = "select entity_id, alias, mention_count from entity_aliases"
    for entity_id, alias, count in _rows(path, f"({spelt} except {aliases}) order by all"):
        faults.append(f"promise 4: entity {entity_id} is spelt {alias!r} {count} times, and its aliases do not say so")
    for entity_id, alias, count in _rows(path, f"({aliases} except {spelt}) order by all"):
        faults.append(f"promise 4: {entity_id} has an alias {alias!r} of {count} mentions, which are not there")
    return faults


# --- what a search goes by -------------------------------------------------------------------------------------------


def check_search(path: Path) -> Iterator[str]:
    """The words of an article, put in order, have all the letters of its title and body; of very many, a sample."""
    rows = _rows(
        path,
        f"""with sample as (
            select article_id, source_path, concat(title, ' ', body) as text from articles
            where rules_version = (select rules_version from generation)
            order by md5(article_id) limit {MOST_SEARCHED}
        ),
        placed as (
            select article_no, word, unnest(positions) as position
            from search_places join (select distinct word_no, word from search_words) using (word_no)
            where article_no in (select article_no from search_articles join sample using (article_id))
        )
        select source_path, text, string_agg(word, '' order by position)
        from sample left join search_articles using (article_id) left join placed using (article_no)
        group by article_id, source_path, text""",  # noqa: S608 a number
    )
    for source, text, words in rows:
        is_plain = max(map(len, str(text).split()), default=0) <= LONGEST_WORD
        if is_plain and _letters_only(str(text)) != _letters_only(str(words or "")):
            yield f"{source}: a search does not go by the words of the article; khabar run --rebuild makes them anew"


def _letters_only(text: str) -> str:
    return "".join(filter(str.isalnum, text))


# --- reading the warehouse -------------------------------------------------------------------------------------------


def _read_articles(path: Path) -> Iterator[Article]:
    """Every article with its blocks and mentions; all three are read side by side, in the order of their records."""
    articles = _rows(
        path,
        """select articles.article_id, articles.source_path, articles.source_record, files.format,
            coalesce(records.format, files.format), coalesce(records.encoding, files.encoding), files.sha256, body
        from articles
        left join files on articles.source_path = files.path
        left join records using (article_id)
        order by articles.source_path, articles.source_record, articles.article_id""",
    )
    blocks = _Groups(Block(*row) for row in _rows(path, _in_order("blocks", Block._fields, "block_no")))  # type: ignore[arg-type]
    mentions = _Groups(Mention(*row) for row in _rows(path, _in_order("mentions", Mention._fields, "mention_id")))  # type: ignore[arg-type]
    for article_id, source, record, file_format, form, encoding, sha256, body in articles:
        own = str(article_id)
        yield Article(
            own,
            str(source),
            cast("int", record),
            str(file_format),
            str(form),
            str(encoding),
            str(sha256),
            str(body),
            blocks.take(own),
            mentions.take(own),
        )


def _in_order(table: str, columns: Sequence[str], last: str) -> str:
    """The rows of a table, article by article, in the order in which the articles are read."""
    names = ", ".join(f"{table}.{column}" for column in columns)
    order = f"articles.source_path, articles.source_record, articles.article_id, {table}.{last}"
    return f"select {names} from {table} join articles using (article_id) order by {order}"  # noqa: S608


class _Groups(Generic[Row]):
    """Rows in the order of the articles, to be taken article by article."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups: Iterator[tuple[str, Iterator[Row]]] = groupby(rows, key=lambda row: row.article_id)
        self._ahead: tuple[str, Iterator[Row]] | None = next(self._groups, None)

    def take(self, article_id: str) -> list[Row]:
        if self._ahead is None or self._ahead[0] != article_id:
            return []
        rows = list(self._ahead[1])
        self._ahead = next(self._groups, None)
        return rows


def _rows(path: Path, sql: str) -> Iterator[tuple[object, ...]]:
    return warehouse.query(path, sql).rows


def _first_difference(expected: str, found: str) -> str:
    """Where two texts part, with a few characters of each."""
    pairs = enumerate(zip(expected, found, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(expected), len(found)))
    return f"at {at}: {expected[at : at + 30]!r} expected, {found[at : at + 30]!r} found"
