-- One row is what an article said from valid_from until just before valid_to. The rows of an article follow each other
-- without a gap; a row of change = 'deleted' has neither title nor body and lasts until the article comes back.
create table if not exists article_versions (
    article_id varchar not null,
    version integer not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    change varchar not null,
    title varchar,
    body varchar using compression zstd
);

comment on table article_versions is 'A version of an article, past or current.';
comment on column article_versions.article_id is 'The article; it need not exist any more.';
comment on column article_versions.version is 'Counts from 1 for each article.';
comment on column article_versions.valid_from is 'Start of the run that wrote this version.';
comment on column article_versions.valid_to is 'valid_from of the next version; NULL for the current one.';
comment on column article_versions.change is
    'created, changed (the raw file did), recleaned (the rules or site templates did) or deleted.';
comment on column article_versions.title is 'Headline; NULL while deleted.';
comment on column article_versions.body is 'Cleaned text; NULL while deleted.';
