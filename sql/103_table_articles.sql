-- One row is a current article. Times are instants; published_on is the calendar day as the page prints it.
-- Bodies are not packed by zstd, as those of versions are: a search would unpack 2,000 texts for each one it shows.
create table if not exists articles (
    article_id varchar not null,
    source_path varchar not null,
    source_record bigint not null,
    site varchar,
    url varchar,
    language varchar,
    title varchar,
    author varchar,
    agency varchar,
    dateline_place varchar,
    published_at timestamptz,
    published_on date,
    published_precision varchar,
    published_at_rule varchar,
    updated_at timestamptz,
    page_date date,
    fetched_at timestamptz,
    body varchar not null,
    word_count bigint not null,
    content_sha256 varchar not null,
    run_id varchar not null,
    rules_version varchar not null
);

comment on table articles is 'A current article.';
comment on column articles.article_id is 'Hash of source_path and source_record: the same for ever.';
comment on column articles.source_path is 'The raw file it comes from, as in files.path.';
comment on column articles.source_record is 'Number of the record in that file; 0 for a file of one document.';
comment on column articles.site is 'Folder, URL or sidecar name of the site; NULL if unknown.';
comment on column articles.url is 'Address of the page; NULL if unknown.';
comment on column articles.language is 'ISO 639-1 code of the body.';
comment on column articles.title is 'Headline.';
comment on column articles.author is 'Names of the authors, joined by a comma and a space.';
comment on column articles.agency is 'News agency that is credited.';
comment on column articles.dateline_place is 'Place that the dateline names.';
comment on column articles.published_at is 'When it was published; midnight +05:30 where the page gives only a day.';
comment on column articles.published_on is 'Calendar day of publication as the page prints it.';
comment on column articles.published_precision is 'day or minute.';
comment on column articles.published_at_rule is 'The rule that found the date.';
comment on column articles.updated_at is 'When the page says that it was last changed.';
comment on column articles.page_date is 'A date of the page, not of the article: that of a masthead.';
comment on column articles.fetched_at is 'When the page was fetched, as its sidecar says.';
comment on column articles.body is 'Cleaned text: standfirst, body and subheads; two newlines between paragraphs.';
comment on column articles.word_count is 'Words in body.';
comment on column articles.content_sha256 is 'SHA-256 of the text: equal for copies.';
comment on column articles.run_id is 'The run that last worked on it.';
comment on column articles.rules_version is 'The rules that it was cleaned with.';
