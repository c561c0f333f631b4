-- One row is a site: how much there is of it and how recent it is.
create or replace view freshness as
with site_articles as (
    select
        articles.site,
        count(*) as article_count,
        min(articles.published_at) as first_published_at,
        max(articles.published_at) as last_published_at,
        max(articles.fetched_at) as last_fetched_at,
        max(runs.finished_at) as last_loaded_at
    from articles
    join runs using (run_id)
    group by all
),
site_files as (
    select site, count(*) as quarantined_count from files where status = 'quarantined' group by all
)
select
    coalesce(site_articles.site, site_files.site) as site,
    coalesce(site_articles.article_count, 0) as article_count,
    coalesce(site_files.quarantined_count, 0) as quarantined_count,
    site_articles.first_published_at,
    site_articles.last_published_at,
    site_articles.last_fetched_at,
    site_articles.last_loaded_at
from site_articles
full outer join site_files on site_articles.site is not distinct from site_files.site;

comment on view freshness is 'A site: how much there is of it and how recent it is.';
comment on column freshness.site is 'The site; NULL for files without one.';
comment on column freshness.article_count is 'Articles.';
comment on column freshness.quarantined_count is 'Files that could not be used.';
comment on column freshness.first_published_at is 'Earliest publication.';
comment on column freshness.last_published_at is 'Latest publication.';
comment on column freshness.last_fetched_at is 'Latest fetch that a sidecar tells of.';
comment on column freshness.last_loaded_at is 'When a run last worked on an article of it.';
