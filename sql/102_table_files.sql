-- One row is a raw file, as last seen. Sizes are bytes.
create table if not exists files (
    path varchar not null,
    site varchar,
    format varchar,
    encoding varchar,
    size_bytes bigint,
    sha256 varchar,
    status varchar not null,
    error_code varchar,
    error_message varchar,
    first_run_id varchar not null,
    last_run_id varchar not null,
    sidecar_sha256 varchar,
    stat_key varchar,
    is_settled boolean
);

comment on table files is 'A raw file, as last seen.';
comment on column files.path is 'Path relative to raw/, with /; bytes that are not UTF-8 as %XX.';
comment on column files.site is 'First folder under raw/; NULL for a file directly in it.';
comment on column files.format is 'text or html; jsonl, parquet or warc for many documents.';
comment on column files.encoding is 'Codec, and any repair made: utf-8, utf-8+bom and so on. For many, see records.';
comment on column files.size_bytes is 'Size as stored, in bytes.';
comment on column files.sha256 is 'SHA-256 of the file as stored.';
comment on column files.status is 'loaded, quarantined or deleted.';
comment on column files.error_code is 'Why it, or a part of it, was quarantined: one word.';
comment on column files.error_message is 'Why it, or a part of it, was quarantined: a sentence.';
comment on column files.first_run_id is 'The run that saw it first.';
comment on column files.last_run_id is 'The run that last worked on it.';
comment on column files.sidecar_sha256 is 'SHA-256 of its .meta.json; NULL without one.';
comment on column files.stat_key is 'Size, mtime and ctime of file and sidecar: equal means untouched.';
comment on column files.is_settled is 'Read at least 2 s after its mtime, so that stat_key can be trusted.';
