-- One row is a record of a raw file that holds many documents, as last read. A record with an error has no article.
create table if not exists records (
    article_id varchar not null,
    source_path varchar not null,
    source_record bigint not null,
    record_hash varchar,
    record_id varchar,
    format varchar,
    encoding varchar,
    error_code varchar,
    error_message varchar
);

comment on table records is 'A record of a raw file that holds many documents, and why it could not be used.';
comment on column records.article_id is 'The article, or what would be its id.';
comment on column records.source_path is 'The raw file, as in files.path.';
comment on column records.source_record is 'Number of its line, row or WARC record, counted from 1.';
comment on column records.record_hash is 'Hash of all that its document is made from; NULL if it is to be read again.';
comment on column records.record_id is 'The id that the record gives itself; it need not be unique.';
comment on column records.format is 'text or html.';
comment on column records.encoding is 'Codec of its page, and any repair made.';
comment on column records.error_code is 'Why it could not be used: one word; NULL if it was.';
comment on column records.error_message is 'Why it could not be used: a sentence.';
