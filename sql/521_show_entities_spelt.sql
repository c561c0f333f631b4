-- One row is an entity and one of its spellings.
select distinct
    entities.entity_id,
    entities.type,
    entities.name,
    entities.name_latin,
    entities.mention_count,
    entities.article_count,
    entity_aliases.alias
from entities
left join entity_aliases using (entity_id)
