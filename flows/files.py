"""Edge in: the raw folder, what is in it, and each file as text.

Paths are plain strings: 100,000 Path objects would cost a look at the folder a second.
"""

# ruff: noqa: PTH110, PTH116, PTH118

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from flows.expand import COMPRESSIONS, ArchiveError, expand

if TYPE_CHECKING:
    from flows.settings import Settings

SIDECAR_ENDING = ".meta.json"
FORMATS = {".txt": "text", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".warc": "warc", ".parquet": "parquet"}
#: Formats of many documents a file, and the compressions that each comes in; parquet has its own inside.
BULK = {"jsonl": COMPRESSIONS, "warc": (".gz",), "parquet": ()}
MAX_SIDECAR_BYTES = 64 * 1024
#: A file read sooner after its mtime may change again within the tick of the clock that stamps it.
SETTLED_NS = 2_000_000_000
INDIA = timezone(timedelta(hours=5, minutes=30))
#: Lines of a text or tags of a page: 1,268 news pages have 20,000 at most, and each costs memory.
MAX_PIECES = 500_000
#: Of one tag: each is compared with all before it, so that 100,000 would take a minute and a million hours.
MAX_ATTRIBUTES = 10_000
_CHUNK = 1024 * 1024
_START_BYTES = 4096
_PAGE_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*>\s*+)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


class MissingRawFolder(Exception):
    """The raw folder is missing, no folder, or can't be listed."""


class Quarantine(Exception):
    """A file that can't be used: a code of the contract and one sentence, the same on any machine."""

    def __init__(self, code: str, message: str, *, encoding: str | None = None, is_settled: bool = False) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.encoding = encoding
        self.is_settled = is_settled  # whether the same stat_key means the same bytes
        self.sha256: str | None = None
        self.sidecar_sha256: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Unsettled(OSError):
    """A file that changed or vanished while it was read: it waits for the next run."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A document of the raw folder, as the look at the folder found it."""

    path: str  # relative to the raw folder, "/" between names; see stored_name
    absolute: str  # where it stands on this machine
    site: str | None
    format: str  # text, html; jsonl, parquet, warc
    size_bytes: int
    stat_key: str  # equal means untouched, sidecar included
    newest_mtime_ns: int  # of the file and its sidecar
    target: str | None = None  # what a link stands for, all links resolved
    has_sidecar: bool = False
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_bulk(self) -> bool:
        """Whether it holds many documents, one a record."""
        return self.format in BULK


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look at the raw folder found. Files under a folder that can't be listed are neither here nor gone."""

    files: list[RawFile] = field(default_factory=list)
    ignored_count: int = 0
    unreadable_folders: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A row of DOCUMENTS."""

    article_id: str
    source_path: str
    source_record: int
    site: str | None
    format: str
    text: str
    url: str | None = None
    fetched_at: datetime | None = None
    given_published_at: str | None = None
    given_title: str | None = None
    given_authors: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A file of one document, as read."""

    documents: list[Document]
    site: str | None
    encoding: str
    sha256: str
    sidecar_sha256: str | None
    is_settled: bool
    warnings: list[str]


# --- the look at the folder ------------------------------------------------------------------------------------------


#: Beside a warehouse that lies among the raw files: a folder of this name, and report.html or NAME.report.html.
HOME = ".khabar"
REPORT = ".report.html"


def scan_root(raw: Path) -> str:
    """The raw folder with links resolved.

    Raises:
        MissingRawFolder: there is none, or it is no folder.
    """
    if not raw.exists():
        raise MissingRawFolder(f"the raw folder {raw} does not exist; create it or name another with --raw")
    if not raw.is_dir():
        raise MissingRawFolder(f"{raw} is not a folder; name the folder that holds the raw files with --raw")
    return os.path.realpath(raw)


def scan(raw: Path) -> Scan:
    """All documents under `raw`, sorted by path. Opens no file.

    Raises:
        MissingRawFolder: there is no such folder, or it can't be listed.
    """
    root = scan_root(raw)
    found = Scan()
    ignored = 0
    folders: list[tuple[str, str, str | None]] = [(root, "", None)]
    while folders:
        folder, prefix, site = folders.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except FileNotFoundError:
            if prefix:
                continue
            raise MissingRawFolder(f"the raw folder {raw} has just vanished") from None
        except OSError as error:
            if not prefix:
                raise MissingRawFolder(f"the raw folder {raw} can't be listed: {error.strerror}") from None
            name = prefix.removesuffix("/")
            found.unreadable_folders.append(name)
            found.warnings.append(f"{name}: the folder can't be listed ({error.strerror}); its files stay as they are")
            continue
        names = {entry.name for entry in listed}
        for entry in listed:
            name = entry.name
            if name.startswith(".") or (HOME in names and f".{name}".endswith(REPORT)):  # ours changes in every run
                ignored += 1
            elif _is_folder(entry, follow_links=False):
                shown = stored_name(name)
                folders.append((entry.path, f"{prefix}{shown}/", site if prefix else shown))
            elif name.endswith(SIDECAR_ENDING):
                continue
            elif (form := document_format(name)) is None or _is_folder(entry, follow_links=True):
                ignored += 1
            else:
                file = _look_at(entry, root, prefix + stored_name(name), site, form, name + SIDECAR_ENDING in names)
                if file is not None:
                    found.files.append(file)
    found.files.sort(key=lambda file: file.path)
    return Scan(found.files, ignored, sorted(found.unreadable_folders), sorted(found.warnings))


def document_format(name: str) -> str | None:
    """The format of a file by the ending of its name, compressed or not; None for all that holds no document."""
    name = name.lower()
    compression = ending = name[name.rfind(".") :]
    if compression not in COMPRESSIONS:
        return FORMATS.get(ending)
    name = name.removesuffix(compression)
    form = FORMATS.get(name[name.rfind(".") :])
    return form if form is None or compression in BULK.get(form, COMPRESSIONS) else None


def stored_name(name: str) -> str:
    """A file name as `files.path` has it: UTF-8 as it is, other bytes as %XX and then % as %25.

    No two names share a form: a UTF-8 name that is already the form of another (`%FF` of the byte FF) has its % written
    as %25 too. A name like `%E0%A4%95.html`, of which every byte is UTF-8, stays as it is.
    """
    if "%" not in name:
        try:
            name.encode()
        except UnicodeEncodeError:
            return _escape_name(name)
        return name
    is_utf_8 = name.isascii() or not re.search("[\ud800-\udfff]", name)
    return name if is_utf_8 and not _is_taken(name) else _escape_name(name)


def _escape_name(name: str) -> str:
    """os.fsdecode leaves a byte that is not UTF-8 as a lone surrogate U+DC80 + byte − 80."""
    return re.sub("[%\udc80-\udcff]", lambda match: f"%{ord(match[0]) & 0xFF:02X}", name)


def _is_taken(name: str) -> bool:
    """Whether this name is the stored form of another one."""
    other = os.fsdecode(
        re.sub(rb"%(25|[89A-F][0-9A-F])", lambda match: bytes.fromhex(match[1].decode()), os.fsencode(name))
    )
    return other != name and stored_name(other) == name


def _is_folder(entry: os.DirEntry[str], follow_links: bool) -> bool:
    try:
        return (not follow_links or entry.is_symlink()) and entry.is_dir(follow_symlinks=follow_links)
    except OSError:
        return False


def _look_at(
    entry: os.DirEntry[str], root: str, path: str, site: str | None, form: str, has_sidecar: bool
) -> RawFile | None:
    """A file as found, with the reason why it can't be read if that shows from outside; None if it is gone."""
    target = error = None
    try:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            target, error = _follow(entry.path, root)
            if error is None:
                status = os.lstat(target)
        if error is None and not stat.S_ISREG(status.st_mode):
            error = Quarantine(
                "unreadable", f"it is {_kind(status.st_mode)}, not a file; replace it by one or remove it"
            )
    except OSError:
        return None
    sidecar = _sidecar_status(entry.path) if has_sidecar else None
    return RawFile(
        path=path,
        absolute=entry.path,
        site=site,
        format=form,
        size_bytes=status.st_size,
        stat_key=_stat_key(status, sidecar),
        newest_mtime_ns=max(status.st_mtime_ns, sidecar.st_mtime_ns if sidecar else 0),
        target=target,
        has_sidecar=sidecar is not None,
        error_code=error.code if error else None,
        error_message=error.message if error else None,
    )


def look_at_file(path: Path, raw: Path | None = None) -> RawFile:
    """One file, wherever it is; its path is that under `raw` if it stands there, else its name.

    Raises:
        FileNotFoundError: there is no such file.
    """
    place = os.path.join(os.path.realpath(path.parent), path.name)
    status = os.stat(place)
    root = os.path.realpath(raw) if raw is not None else None
    names = place.split("/")[-1:]
    if root is not None and place.startswith(root.rstrip("/") + "/"):
        names = place[len(root.rstrip("/")) + 1 :].split("/")
    sidecar = _sidecar_status(place)
    is_file = stat.S_ISREG(status.st_mode)
    return RawFile(
        path="/".join(map(stored_name, names)),
        absolute=place,
        site=stored_name(names[0]) if len(names) > 1 else None,
        format=document_format(path.name) or "text",
        size_bytes=status.st_size,
        stat_key=_stat_key(status, sidecar),
        newest_mtime_ns=max(status.st_mtime_ns, sidecar.st_mtime_ns if sidecar else 0),
        target=os.path.realpath(place),
        has_sidecar=sidecar is not None,
        error_code=None if is_file else "unreadable",
        error_message=None if is_file else f"it is {_kind(status.st_mode)}, not a file",
    )


def _follow(link: str, root: str) -> tuple[str, Quarantine | None]:
    """Where a link ends, and why that can't be used if so."""
    target = os.path.realpath(link)
    if not (target + "/").startswith(root.rstrip("/") + "/"):
        if os.path.exists(target):
            return target, Quarantine(
                "outside_raw", "it is a link that leaves the raw folder; put the file itself there"
            )
        return target, Quarantine("unreadable", "it is a link to nothing; repair or remove it")
    try:
        os.stat(link)
    except OSError as error:
        return target, Quarantine(
            "unreadable", f"it is a link that leads nowhere ({error.strerror}); repair or remove it"
        )
    return target, None


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def _sidecar_status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path + SIDECAR_ENDING)
    except OSError:
        try:
            return os.lstat(path + SIDECAR_ENDING)
        except OSError:
            return None


def _stat_key(status: os.stat_result, sidecar: os.stat_result | None) -> str:
    key = f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"
    return f"{key}+{sidecar.st_size}:{sidecar.st_mtime_ns}:{sidecar.st_ctime_ns}" if sidecar else key


# --- reading a file --------------------------------------------------------------------------------------------------


def is_settled(file: RawFile, read_at_ns: int) -> bool:
    """Whether a file read at that time would show a later change in its mtime."""
    return read_at_ns >= file.newest_mtime_ns + SETTLED_NS


def hash_file(file: RawFile) -> tuple[str, str | None]:
    """SHA-256 of the stored bytes, and of the sidecar's if there is one that can be used, as `read_sidecar` has it.

    Raises:
        OSError: the file can't be read.
    """
    digest = hashlib.sha256()
    with os.fdopen(_open_regular(file.target or file.absolute), "rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    sidecar = _read_sidecar_bytes(file)[0] if file.has_sidecar else None
    return digest.hexdigest(), None if sidecar is None else hashlib.sha256(sidecar).hexdigest()


def read_file(file: RawFile, settings: Settings) -> ReadResult:
    """The document of a text or HTML file, decoded, with what the sidecar says.

    Raises:
        Quarantine: it can't be used.
        Unsettled: it changed since the look at the folder, or while it was read.
    """
    if file.error_code is not None:
        raise Quarantine(file.error_code, file.error_message or "it can't be read")
    read_at = time.time_ns()
    data = _read_stored(file, settings.max_file_bytes)
    sidecar, warnings = read_sidecar(file)
    check_unchanged(file)
    sha256 = hashlib.sha256(data).hexdigest()
    settled = is_settled(file, read_at)
    try:
        text, form, encoding = read_text(data, file.format, settings, file.path)
    except Quarantine as error:
        error.sha256, error.sidecar_sha256, error.is_settled = sha256, sidecar.sha256, settled
        raise
    site = file.site or sidecar.site or site_of_url(sidecar.url)
    document = Document(
        article_id=article_id(file.path),
        source_path=file.path,
        source_record=0,
        site=site,
        format=form,
        text=text,
        url=sidecar.url,
        fetched_at=sidecar.fetched_at,
        given_published_at=sidecar.published_at,
    )
    return ReadResult([document], site, encoding, sha256, sidecar.sha256, settled, warnings)


def article_id(path: str, record: int = 0) -> str:
    """A hash of path and record: the same on any machine."""
    return hashlib.sha256(f"{path}\0{record}".encode()).hexdigest()[:32]


class PageText(NamedTuple):
    """A page as characters; the encoding is a codec and the repairs made."""

    text: str
    format: str  # text, html
    encoding: str


def read_text(data: bytes, form: str, settings: Settings, name: str = "", charset: str | None = None) -> PageText:
    """The text of stored bytes and how it was encoded; `name` tells by its ending whether they are compressed.

    What calls itself text and begins as no text does, with the doctype or the root of a page, is HTML. `charset` is
    what a server said of the encoding.

    Raises:
        Quarantine: they can't be used.
    """
    from flows.text.characters import is_blank
    from flows.text.decoding import NotTextError, UndecodableError, decode_page
    from flows.text.legacy_fonts import find_legacy_font

    data = _expand(data, name, settings.max_text_bytes)
    if form == "text" and _PAGE_START.match(data[:_START_BYTES]):
        form = "html"
    if form == "html" and len(data) > settings.max_html_bytes:
        message = (
            f"the page is {len(data)} bytes, more than max_html_bytes = {settings.max_html_bytes}; raise that setting"
        )
        raise Quarantine("too_large", message)
    if not data:
        raise Quarantine("empty", "it holds 0 bytes; fetch it again or remove it")
    try:
        decoded = decode_page(data, form == "html", charset)
    except NotTextError as error:
        raise Quarantine("not_text", f"{error}; give it its right ending or remove it") from None
    except UndecodableError as error:
        raise Quarantine("undecodable", f"{error}; convert it to UTF-8 or fetch it again") from None
    if (pieces := count_pieces(decoded.text, form)) > MAX_PIECES:
        message = f"its {pieces} {'tags' if form == 'html' else 'lines'} are more than {MAX_PIECES}; split the file"
        raise Quarantine("too_large", message, encoding=decoded.encoding)
    if form == "html" and (count := most_attributes(decoded.text)) > MAX_ATTRIBUTES:
        message = f"a tag has {count} attributes, more than {MAX_ATTRIBUTES}; it is no page"
        raise Quarantine("too_large", message, encoding=decoded.encoding)
    if is_blank(decoded.text):
        message = f"its {len(decoded.text)} characters are all white space or invisible; fetch it again or remove it"
        raise Quarantine("empty", message, encoding=decoded.encoding)
    if font := find_legacy_font(decoded.text, form == "html"):
        message = f"its letters stand for Devanagari in a font like {font}; convert it to Unicode"
        raise Quarantine("legacy_font", message, encoding=decoded.encoding)
    return PageText(decoded.text, form, decoded.encoding)


def count_pieces(text: str, form: str) -> int:
    """How many pieces a document may be cut into: tags of a page, lines of a text."""
    return text.count("<") if form == "html" else sum(map(text.count, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"))


def _open_regular(path: str) -> int:
    """A descriptor of a file, never of anything else: opening neither waits for a FIFO nor follows a link.

    Raises:
        OSError: it can't be opened, or is no regular file (EINVAL).
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file")


def _read_stored(file: RawFile, limit: int) -> bytes:
    """The bytes of a file that stays as it is meanwhile."""
    if file.size_bytes > limit:
        message = (
            f"it is {file.size_bytes} bytes, more than max_file_bytes = {limit}; raise that setting or split the file"
        )
        raise Quarantine("too_large", message, is_settled=is_settled(file, time.time_ns()))
    with open_stored(file) as stream:
        try:
            data = stream.read(file.size_bytes + 1)
            while len(data) < file.size_bytes and (more := stream.read(file.size_bytes + 1 - len(data))):
                data += more
        except OSError as error:
            raise unreadable(error) from None
    if len(data) != file.size_bytes:
        raise _unsettled(file)
    return data


@contextmanager
def open_stored(file: RawFile) -> Iterator[BinaryIO]:
    """The stored bytes of a file that must stay as it is while the block reads them.

    Raises:
        Quarantine: it can't be opened.
        Unsettled: it is gone, or has changed since the look at the folder.
    """
    try:
        descriptor = _open_regular(file.target or file.absolute)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL):
            raise Unsettled(
                f"{file.path}: gone or replaced since the look at the folder; it waits for the next run"
            ) from None
        raise unreadable(error) from None
    file_key = file.stat_key.split("+")[0]
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        if _stat_key(os.fstat(descriptor), None) != file_key:
            raise _unsettled(file)
        yield cast("BinaryIO", stream)
        if _stat_key(os.fstat(descriptor), None) != file_key:
            raise _unsettled(file)


def unreadable(error: OSError) -> Quarantine:
    """For a file that can't be opened or read to its end."""
    return Quarantine("unreadable", f"it can't be read ({error.strerror}); check its permissions")


def check_unchanged(file: RawFile) -> None:
    """Raises Unsettled unless the names still lead to what was found at the look at the folder."""
    try:
        status = os.lstat(file.target) if file.target else os.lstat(file.absolute)
        is_same_target = file.target is None or os.path.realpath(file.absolute) == file.target
    except OSError:
        raise _unsettled(file) from None
    sidecar = _sidecar_status(file.absolute) if file.has_sidecar else None
    if not is_same_target or _stat_key(status, sidecar) != file.stat_key:
        raise _unsettled(file)


def _unsettled(file: RawFile) -> Unsettled:
    return Unsettled(f"{file.path}: changed while it was read; it waits for the next run")


def moved_on(file: RawFile) -> Unsettled:
    """For a file that is not what the run took it for."""
    return Unsettled(f"{file.path}: changed since the look at the folder; it waits for the next run")


# --- compressed files ------------------------------------------------------------------------------------------------


def _expand(data: bytes, name: str, limit: int) -> bytes:
    """The bytes without their compression; stops at the limit, so that a bomb costs no memory."""
    if not name.lower().endswith(COMPRESSIONS) or not data:
        if len(data) > limit:
            raise _too_large_text(limit)
        return data
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in expand(name, BytesIO(data).read):
            size += len(chunk)
            if size > limit:
                raise _too_large_text(limit)
            chunks.append(chunk)
    except ArchiveError as error:
        raise Quarantine("bad_archive", f"{error}; fetch it again") from None
    return b"".join(chunks)


def _too_large_text(limit: int) -> Quarantine:
    return Quarantine(
        "too_large", f"its text is more than max_text_bytes = {limit}; raise that setting or split the file"
    )


# --- sidecars --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What `<file>.meta.json` says of a file."""

    url: str | None = None
    site: str | None = None
    fetched_at: datetime | None = None
    published_at: str | None = None
    sha256: str | None = None  # of its bytes; None without one


def read_sidecar(file: RawFile) -> tuple[Sidecar, list[str]]:
    """What the sidecar of a file says, and a warning for each thing in it that can't be used."""
    if not file.has_sidecar:
        return Sidecar(), []
    data, warnings = _read_sidecar_bytes(file)
    sidecar = Sidecar()
    if data is not None:
        sidecar, warnings = parse_sidecar(data)
        sidecar = replace(sidecar, sha256=hashlib.sha256(data).hexdigest())
        if file.site and sidecar.site and sidecar.site != file.site:
            place = ascii(file.site)[:80]
            warnings.append(f"site = {ascii(sidecar.site)[:80]}, but the file stands in {place}; ignored")
    return sidecar, [f"{file.path}{SIDECAR_ENDING}: {warning}" for warning in warnings]


def parse_sidecar(data: bytes) -> tuple[Sidecar, list[str]]:
    """What a sidecar says, and a warning for each thing in it that can't be used."""
    try:
        table = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Sidecar(), ["not JSON in UTF-8; the file is read without it"]
    if not isinstance(table, dict):
        return Sidecar(), ["no JSON object; the file is read without it"]
    warnings: list[str] = []
    values: dict[str, str] = {}
    for key in ("url", "site", "fetched_at", "published_at"):
        value = table.get(key)
        if value is None:
            continue
        if not isinstance(value, str) or not is_plain(value):
            warnings.append(f"{key} = {ascii(value)[:80]} is no plain string; ignored")
        elif value.strip():
            values[key] = value.strip()
    url = values.get("url")
    if url is not None and not is_address(url):
        warnings.append(f"url = {ascii(url)[:80]} is no http address; ignored")
        url = None
    fetched_at = None
    if "fetched_at" in values:
        fetched_at = parse_time(values["fetched_at"])
        if fetched_at is None:
            warnings.append(f"fetched_at = {ascii(values['fetched_at'])[:80]} is no ISO 8601 time; ignored")
    published_at = values.get("published_at")
    if published_at is not None and (why := _fault_of_date(published_at, fetched_at)):
        warnings.append(f"published_at = {ascii(published_at)[:80]} {why}; ignored")
        published_at = None
    return Sidecar(url, values.get("site"), fetched_at, published_at), warnings


def _fault_of_date(text: str, fetched_at: datetime | None) -> str | None:
    """Why a date of publication can't be true; a page of another zone may be a day ahead of its fetch."""
    from flows.text.dates import parse_date

    found = parse_date(text)
    if found is None:
        return "holds no date of a news page"
    if fetched_at is not None and found.day > fetched_at.date() + timedelta(days=1):
        return "is later than fetched_at"
    return None


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 date or time in UTC; one without a zone is India's. None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=INDIA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def site_of_url(url: str | None) -> str | None:
    """The host of an address, without www."""
    if url is None:
        return None
    host = re.sub(r"^https?://(?:[^/?#]*@)?", "", url, flags=re.IGNORECASE)
    return re.split(r"[/?#:]", host)[0].lower().removeprefix("www.") or None


def most_attributes(page: str) -> int:
    """How many attributes the tag has that has most; 0 if none can have more than MAX_ATTRIBUTES."""
    most = 0
    for piece in page.split(">"):
        if len(piece) > 2 * MAX_ATTRIBUTES and (tag := _TAG_START.search(piece)):
            most = max(most, len(_QUOTED.sub("", piece[tag.start() :]).split()) - 1)
    return most if most > MAX_ATTRIBUTES else 0


_TAG_START = re.compile("<[A-Za-z]")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")


def is_address(text: str) -> bool:
    """Whether it begins like the address of a page."""
    return re.match(r"https?://[^\s/]", text, re.IGNORECASE) is not None


def is_plain(text: str) -> bool:
    """Short, and without lone surrogates or control characters."""
    return len(text) <= 2000 and not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text)


def _read_sidecar_bytes(file: RawFile) -> tuple[bytes | None, list[str]]:
    """The sidecar's bytes; nothing and a warning where it is no small file of its own."""
    try:
        with os.fdopen(_open_regular(file.absolute + SIDECAR_ENDING), "rb", buffering=0) as stream:
            data = stream.read(MAX_SIDECAR_BYTES + 1) or b""
    except OSError as error:
        return None, [f"can't be read ({error.strerror}); the file is read without it"]
    if len(data) > MAX_SIDECAR_BYTES:
        return None, [f"more than {MAX_SIDECAR_BYTES} bytes; the file is read without it"]
    return data, []
