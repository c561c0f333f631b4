-- One row is a page that was cut into lines, whether an article was found in it or not. Internal.
create table if not exists pages (
    article_id varchar not null,
    source_path varchar not null,
    site varchar
);

comment on table pages is 'Internal: the pages that site templates are learned from.';
comment on column pages.article_id is 'The article, or what would be its id.';
comment on column pages.source_path is 'The raw file, as in files.path.';
comment on column pages.site is 'The site.';
