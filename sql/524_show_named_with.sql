-- One row is an entity that the same articles name, the most frequent first; copies of a text count once each.
with its_articles as (
    select distinct article_id from mentions where entity_id = $entity_id
)
select
    entities.name,
    entities.type,
    count(distinct mentions.article_id) as article_count
from mentions
semi join its_articles using (article_id)
join entities using (entity_id)
where entities.entity_id <> $entity_id
group by entities.entity_id, entities.name, entities.type
order by article_count desc, entities.mention_count desc, entities.entity_id
limit $limit::bigint
