-- One row is a distinct paragraph of a page, masked and hashed: evidence that two pages are copies. Internal.
create table if not exists page_prose (
    article_id varchar not null,
    site varchar not null,
    prose_key ubigint not null
);

comment on table page_prose is 'Internal: the paragraphs of pages, by which near-copies of a page are told.';
comment on column page_prose.article_id is 'The page.';
comment on column page_prose.site is 'The site.';
comment on column page_prose.prose_key is 'Lower half of the MD5 of the masked paragraph.';
