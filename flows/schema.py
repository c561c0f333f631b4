"""Column names and types of every frame between two steps.

Offsets count Unicode code points, start inclusive, end exclusive. `raw_*` offsets point into the page text: the decoded
file for text, the concatenation of the segments' `raw_text` for HTML. `body_*` and `*_char` offsets point into `body`.
"""

from typing import Final

import polars as pl

Schema = dict[str, pl.DataType]

UTC: Final = pl.Datetime("us", "UTC")

#: One row is a raw file that this run has read or tried to read.
FILES: Final[Schema] = {
    "path": pl.String(),
    "site": pl.String(),
    "format": pl.String(),  # text, html; jsonl, parquet, warc
    "encoding": pl.String(),  # codec and any repair: "utf-8", "utf-8+bom", "windows-1252", "utf-8+ftfy" …
    "size_bytes": pl.Int64(),
    "sha256": pl.String(),
    "sidecar_sha256": pl.String(),
    "stat_key": pl.String(),  # size, mtime and ctime of file and sidecar: equal means untouched
    "is_settled": pl.Boolean(),  # read at least 2 s after its mtime: stat_key can be trusted
    "status": pl.String(),  # loaded, quarantined
    "error_code": pl.String(),
    "error_message": pl.String(),
}

#: One row is a record of a file of many documents that this run has read or tried to read.
RECORDS: Final[Schema] = {
    "article_id": pl.String(),
    "source_path": pl.String(),
    "source_record": pl.Int64(),
    "record_hash": pl.String(),  # of all that its document is made from
    "record_id": pl.String(),  # what it calls itself
    "format": pl.String(),  # text, html
    "encoding": pl.String(),
    "error_code": pl.String(),
    "error_message": pl.String(),
}

#: One row is a document as read: a text or HTML file is one document.
DOCUMENTS: Final[Schema] = {
    "article_id": pl.String(),
    "source_path": pl.String(),
    "source_record": pl.Int64(),
    "site": pl.String(),
    "format": pl.String(),  # text, html
    "text": pl.String(),  # decoded, newlines untouched
    "url": pl.String(),
    "fetched_at": UTC,
    "given_published_at": pl.String(),  # as the sidecar or record gives it, unparsed
    "given_title": pl.String(),  # as the record gives it
    "given_authors": pl.String(),
}

#: One row is a page after segmentation: what the page says of itself, as strings, unparsed; null where it is silent.
PAGES: Final[Schema] = {
    "article_id": pl.String(),
    "source_path": pl.String(),
    "source_record": pl.Int64(),
    "site": pl.String(),
    "format": pl.String(),
    "url": pl.String(),
    "fetched_at": UTC,
    "given_published_at": pl.String(),
    "given_title": pl.String(),
    "given_authors": pl.String(),
    # The rest is HTML's own evidence; null for text.
    "canonical_url": pl.String(),
    "html_lang": pl.String(),
    "html_title": pl.String(),
    "og_title": pl.String(),
    "site_name": pl.String(),  # what the page calls its site
    "meta_authors": pl.String(),
    "meta_published": pl.String(),
    "meta_modified": pl.String(),
    "jsonld_title": pl.String(),
    "jsonld_authors": pl.String(),  # joined by "; "
    "jsonld_publisher": pl.String(),
    "jsonld_published": pl.String(),
    "jsonld_modified": pl.String(),
    "extracted_title": pl.String(),  # trafilatura's verdicts
    "extracted_authors": pl.String(),  # joined by "; "
    "extracted_date": pl.String(),
}

#: One row is a span of a page's text before labelling: a line of a text, a block of an HTML page, or a blank run.
#: In order, the segments of a page partition its text.
SEGMENTS: Final[Schema] = {
    "article_id": pl.String(),
    "segment_no": pl.Int32(),
    "raw_start": pl.Int64(),
    "raw_end": pl.Int64(),
    "raw_text": pl.String(),
    "joins_previous": pl.Boolean(),  # continues the paragraph of the segment before: a hard-wrapped line
    "pattern": pl.String(),  # what it has in common with its copies on other pages; null where nothing can be seen
    # Hints of HTML; null for text.
    "tag": pl.String(),  # nearest block element: p, h1, li, figcaption, time …
    "css": pl.String(),  # class and id words of the element and three ancestors, innermost first, space separated
    "ancestors": pl.String(),  # tag names, innermost first, space separated
    "link_share": pl.Float32(),  # share of the characters inside <a>
    "is_hidden": pl.Boolean(),
    "is_extracted": pl.Boolean(),  # trafilatura kept this text
}

#: One row is a distinct masked line of a page, for learning site templates.
LINES: Final[Schema] = {
    "article_id": pl.String(),
    "site": pl.String(),
    "pattern": pl.String(),
    "is_prose": pl.Boolean(),  # long enough to be a paragraph: evidence that two pages are copies
    "zone": pl.String(),  # head, inside, tail: before, between, after the page's prose lines
}

#: One row is the site-wide verdict on a recurring line.
TEMPLATES: Final[Schema] = {
    "site": pl.String(),
    "pattern": pl.String(),
    "role": pl.String(),
}

#: One row is a labelled span of a page: the ledger. `label` leaves paragraph_no null, `normalise` fills it.
BLOCKS: Final[Schema] = {
    "article_id": pl.String(),
    "block_no": pl.Int32(),
    "segment_no": pl.Int32(),
    "joins_previous": pl.Boolean(),  # same paragraph as the block before; true for all but the first piece of a segment
    "raw_start": pl.Int64(),
    "raw_end": pl.Int64(),
    "raw_text": pl.String(),
    "role": pl.String(),
    "is_kept": pl.Boolean(),
    "paragraph_no": pl.Int32(),  # null if removed
    "rule_id": pl.String(),
    "evidence": pl.String(),
}

#: One row is the cleaned text of an article. `raw_map[i]` is the raw offset of `body[i]`, with one more for the end.
BODIES: Final[Schema] = {
    "article_id": pl.String(),
    "body": pl.String(),
    "raw_map": pl.List(pl.Int64()),
}

#: One row is an article as the warehouse holds it, less what only a run knows (run_id, rules_version).
ARTICLES: Final[Schema] = {
    "article_id": pl.String(),
    "source_path": pl.String(),
    "source_record": pl.Int64(),
    "site": pl.String(),
    "url": pl.String(),
    "language": pl.String(),
    "title": pl.String(),
    "author": pl.String(),
    "agency": pl.String(),
    "dateline_place": pl.String(),
    "published_at": UTC,
    "published_on": pl.Date(),
    "published_precision": pl.String(),  # day, minute
    "published_at_rule": pl.String(),
    "updated_at": UTC,
    "page_date": pl.Date(),
    "fetched_at": UTC,
    "body": pl.String(),
    "word_count": pl.Int64(),
    "content_sha256": pl.String(),
}

#: One row is a mention in a body, before identity. `name` is the fullest spelling this mention stands for in its
#: article (पुतिन → व्लादिमीर पुतिन); `curated_id` is set where the alias table decides.
MENTIONS: Final[Schema] = {
    "mention_id": pl.String(),
    "article_id": pl.String(),
    "type": pl.String(),
    "surface": pl.String(),
    "start_char": pl.Int64(),
    "end_char": pl.Int64(),
    "raw_start": pl.Int64(),
    "raw_end": pl.Int64(),
    "sentence_no": pl.Int32(),
    "is_demonym": pl.Boolean(),
    "method": pl.String(),  # alias, cue, gazetteer, model, coreference …
    "score": pl.Float64(),
    "name": pl.String(),
    "curated_id": pl.String(),
}

#: One row is a distinct spelling over all current mentions: what identity is resolved from.
SPELLINGS: Final[Schema] = {
    "type": pl.String(),
    "name": pl.String(),
    "curated_id": pl.String(),
    "mention_count": pl.Int64(),
}

#: The same with what the last run knew of each spelling. A spelling that is gone has no mentions, a new one no count.
#: Two can become one entity only by way of keys that they share; null where they are not known yet.
KNOWN_SPELLINGS: Final[Schema] = SPELLINGS | {
    "known_count": pl.Int64(),
    "keys": pl.List(pl.String()),
}

#: One row says which entity a spelling belongs to, and why. (type, name, curated_id) is the key, null equals null.
LINKS: Final[Schema] = {
    "type": pl.String(),
    "name": pl.String(),
    "curated_id": pl.String(),
    "entity_id": pl.String(),
    "entity_name": pl.String(),  # Devanagari where seen
    "name_latin": pl.String(),
    "rule": pl.String(),
    "score": pl.Float64(),
}


#: One row is a word as an article prints it. Positions count words from 0: those of the title, then of the body.
WORDS: Final[Schema] = {
    "article_id": pl.String(),
    "word": pl.String(),
    "title_count": pl.Int32(),
    "body_count": pl.Int32(),
    "positions": pl.List(pl.Int32()),  # one is left out between two paragraphs
}

#: One row is a word as printed and a term that it stands for: its spelling, or a word that it may be a form of.
TERMS: Final[Schema] = {
    "word": pl.String(),
    "term": pl.String(),
    "is_spelling": pl.Boolean(),
}


def empty(schema: Schema) -> pl.DataFrame:
    """A frame of no rows."""
    return pl.DataFrame(schema=schema)


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns in its order; raises if one is missing or of another type."""
    return frame.select(schema.keys()).cast(pl.Schema(schema), strict=True)
