-- One row is a distinct short line of a page, masked: a candidate for a site template. Internal.
create table if not exists page_lines (
    article_id varchar not null,
    site varchar not null,
    pattern varchar not null,
    zone varchar not null
);

comment on table page_lines is 'Internal: the short lines of pages, from which site templates are learned.';
comment on column page_lines.article_id is 'The page.';
comment on column page_lines.site is 'The site.';
comment on column page_lines.pattern is 'The line with digits, dates and names masked.';
comment on column page_lines.zone is 'head, inside or tail: before, between or after the prose of the page.';
