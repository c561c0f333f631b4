"""Compressed bytes to bytes, a bite at a time, so that a bomb costs time and no memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

Read = Callable[[int], bytes]

COMPRESSIONS = (".gz", ".zst")
_CHUNK = 1024 * 1024
# Compressed bytes taken at a time: what follows a member is copied for each, and four bytes of Zstandard can stand for
# 128 KiB, so that a bite of a bomb costs 16 MB.
_GZIP_BITE = 16 * 1024
_ZSTD_BITE = 512
_ZSTD_WINDOW = 1 << 27


class ArchiveError(ValueError):
    """Data that its format can't be read from, with what is wrong: "its gzip data is cut short"."""


def expand(name: str, read: Read) -> Iterator[bytes]:
    """What `read` gives without the compression that the ending of a file name tells.

    Raises:
        ArchiveError: it is damaged; what came before the damage has been given.
    """
    ending = name.lower()[name.rfind(".") :]
    if ending == ".gz":
        return _gunzip(read)
    return _unzstd(read) if ending == ".zst" else _pass(read)


def _pass(read: Read) -> Iterator[bytes]:
    while chunk := read(_CHUNK):
        yield chunk


def _gunzip(read: Read) -> Iterator[bytes]:
    """Members one after the other; zero bytes may follow the last."""
    bite, is_first = read(_GZIP_BITE), True
    while bite:
        if not is_first and bite[0] == 0:
            while bite and not bite.strip(b"\0"):
                bite = read(_GZIP_BITE)
            if bite:
                raise ArchiveError("its gzip data is corrupt")
            return
        member, is_first = zlib.decompressobj(wbits=31), False
        while not member.eof:
            bite = bite or read(_GZIP_BITE)
            is_end = not bite
            try:
                chunk = member.decompress(bite, _CHUNK)
            except zlib.error:
                raise ArchiveError("its gzip data is corrupt") from None
            if is_end and not chunk and not member.eof:
                raise ArchiveError("its gzip data is cut short")
            bite = member.unconsumed_tail
            yield chunk
        bite = member.unused_data or read(_GZIP_BITE)


def _unzstd(read: Read) -> Iterator[bytes]:
    """Frames one after the other."""
    import zstandard

    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    bite = read(_ZSTD_BITE)
    while bite:
        frame = decompressor.decompressobj()
        while not frame.eof:
            if not bite:
                raise ArchiveError("its Zstandard data is cut short")
            try:
                yield frame.decompress(bite)
            except zstandard.ZstdError:
                raise ArchiveError("its Zstandard data is corrupt") from None
            bite = b"" if frame.eof else read(_ZSTD_BITE)
        bite = frame.unused_data or read(_ZSTD_BITE)
