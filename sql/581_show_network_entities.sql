-- One row is an entity of the network: the most named of a type (% for any) on a site (% for any), or in the articles
-- that name one entity (% for none). Copies of the same text count once.
with shown_articles as (
    select article_id
    from articles
    where
        ($site = '%' or coalesce(site, '') = $site)
        and ($entity = '%' or article_id in (select article_id from mentions where entity_id = $entity))
    qualify row_number() over (partition by content_sha256 order by published_at nulls last, article_id) = 1
),
named as (
    select entity_id, count(distinct article_id) as article_count
    from mentions
    semi join shown_articles using (article_id)
    group by all
)
select entities.entity_id, entities.type, entities.name, named.article_count
from named
join entities using (entity_id)
where $type = '%' or entities.type = $type or entities.entity_id = $entity
order by entities.entity_id = $entity desc, named.article_count desc, entities.entity_id
limit $limit
