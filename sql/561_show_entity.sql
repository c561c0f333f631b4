-- One row is an entity, also found by an id that it had in an earlier generation.
with wanted as (
    select $entity as entity_id, 0 as place
    union all
    select entity_id, 1 from entity_redirects where old_id = $entity
)
select
    entities.entity_id,
    entities.type,
    entities.name,
    entities.name_latin,
    entities.article_count,
    entities.mention_count,
    entities.first_seen_at::date as first_seen_on,
    entities.last_seen_at::date as last_seen_on
from wanted
join entities using (entity_id)
order by wanted.place
limit 1
