-- One row is an entity that the same articles name, the most frequent first; every copy of a text counts.
with its_articles as (
    select distinct article_id from mentions where entity_id = $entity_id
),
company as (
    select mentions.entity_id, count(distinct article_id) as article_count
    from mentions
    semi join its_articles using (article_id)
    where mentions.entity_id <> $entity_id
    group by all
)
select company.article_count, entities.type, entities.name
from company
join entities using (entity_id)
order by company.article_count desc, entities.mention_count desc, entities.entity_id
limit $limit::bigint
