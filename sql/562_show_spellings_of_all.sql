-- One row is an entity and one of its spellings or names, the most mentioned entity first.
select entities.entity_id, spelt.spelling
from entities
join (
    select entity_id, alias as spelling from entity_aliases
    union
    select entity_id, name from entities
    union
    select entity_id, name_latin from entities where name_latin is not null
) as spelt using (entity_id)
order by entities.mention_count desc, entities.entity_id, spelt.spelling
