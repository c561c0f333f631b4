-- One row is a recurring line of a site, with the verdict on it. Learned from all current pages of the site.
create table if not exists site_templates (
    site varchar not null,
    pattern varchar not null,
    role varchar not null,
    article_count bigint not null,
    first_seen_at timestamptz,
    last_seen_at timestamptz,
    status varchar not null,
    zone varchar
);

comment on table site_templates is 'A recurring line of a site.';
comment on column site_templates.site is 'The site.';
comment on column site_templates.pattern is 'The line with digits, dates and names masked.';
comment on column site_templates.role is 'The role that it gets: site_header above the article, else other.';
comment on column site_templates.article_count is 'Distinct articles that hold it; near-copies of a page count once.';
comment on column site_templates.first_seen_at is 'Earliest publication among its articles.';
comment on column site_templates.last_seen_at is 'Latest publication among its articles.';
comment on column site_templates.status is
    'accepted (it is removed), proposed (too few articles yet) or refused (by the user).';
comment on column site_templates.zone is 'Where it mostly stands: head, inside or tail of the page.';
