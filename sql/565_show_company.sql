-- One row is another entity that articles on one site, or on any (%), name together with an entity. Copies of the same
-- text count once.
with named as (
    select distinct articles.article_id, articles.published_at, articles.content_sha256
    from mentions
    join articles using (article_id)
    where mentions.entity_id = $entity and ($site = '%' or coalesce(articles.site, '') = $site)
),
named_once as (
    select article_id, published_at
    from named
    qualify row_number() over (partition by content_sha256 order by published_at nulls last, article_id) = 1
),
others as (
    select
        mentions.entity_id,
        count(distinct mentions.article_id) as article_count,
        min(named_once.published_at)::date as first_seen_on,
        max(named_once.published_at)::date as last_seen_on
    from named_once
    join mentions using (article_id)
    where mentions.entity_id <> $entity
    group by all
)
select
    entities.entity_id,
    entities.type,
    entities.name,
    others.article_count,
    others.first_seen_on,
    others.last_seen_on
from others
join entities using (entity_id)
order by others.article_count desc, entities.article_count, entities.entity_id
limit $limit
