-- One row is an entity on a site. Copies are counted: what two sites carry, both carry.
create or replace view entities_by_site as
with site_mentions as (
    select articles.site, mentions.entity_id, mentions.article_id, articles.published_at
    from mentions
    join articles using (article_id)
),
site_counts as (
    select
        site,
        entity_id,
        count(distinct article_id) as article_count,
        count(*) as mention_count,
        min(published_at) as first_seen_at,
        max(published_at) as last_seen_at
    from site_mentions
    group by all
),
site_sizes as (
    select site, count(*) as site_article_count from articles group by all
)
select
    site_counts.site,
    entities.entity_id,
    entities.type,
    entities.name,
    site_counts.article_count,
    site_counts.mention_count,
    site_counts.article_count / site_sizes.site_article_count as article_share,
    site_counts.first_seen_at,
    site_counts.last_seen_at
from site_counts
join entities using (entity_id)
join site_sizes on site_counts.site is not distinct from site_sizes.site;

comment on view entities_by_site is 'An entity on a site.';
comment on column entities_by_site.site is 'The site; NULL for articles without one.';
comment on column entities_by_site.entity_id is 'The entity.';
comment on column entities_by_site.type is 'PERSON, ORG, LOC, EVENT, FACILITY, PRODUCT or PROJECT.';
comment on column entities_by_site.name is 'Its name to show.';
comment on column entities_by_site.article_count is 'Articles of the site that name it.';
comment on column entities_by_site.mention_count is 'Mentions of it on the site.';
comment on column entities_by_site.article_share is 'article_count as a share of the articles of the site, 0 to 1.';
comment on column entities_by_site.first_seen_at is 'Earliest publication of these articles.';
comment on column entities_by_site.last_seen_at is 'Latest publication of these articles.';
