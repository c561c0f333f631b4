-- One row is an entity and one of its spellings. Days are those of India.
select distinct
    entities.entity_id,
    entities.type,
    entities.name,
    entities.name_latin,
    entities.mention_count,
    entities.article_count,
    (entities.first_seen_at at time zone 'Asia/Kolkata')::date as first_seen_on,
    (entities.last_seen_at at time zone 'Asia/Kolkata')::date as last_seen_on,
    entity_aliases.alias
from entities
left join entity_aliases using (entity_id)
