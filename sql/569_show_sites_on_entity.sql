-- One row is a site: how many of its articles name an entity, and which share that is, 0 to 1. Copies are counted.
with site_sizes as (
    select site, count(*) as site_article_count from articles group by all
),
named as (
    select
        articles.site,
        count(distinct articles.article_id) as article_count,
        count(*) as mention_count,
        min(articles.published_on) as first_seen_on,
        max(articles.published_on) as last_seen_on
    from mentions
    join articles using (article_id)
    where mentions.entity_id = $entity
    group by all
)
select
    site_sizes.site,
    site_sizes.site_article_count,
    coalesce(named.article_count, 0) as article_count,
    coalesce(named.mention_count, 0) as mention_count,
    coalesce(named.article_count, 0) / site_sizes.site_article_count as article_share,
    named.first_seen_on,
    named.last_seen_on
from site_sizes
left join named on site_sizes.site is not distinct from named.site
order by article_count desc, site_sizes.site_article_count desc, site_sizes.site nulls last
limit $limit
