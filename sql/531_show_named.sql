-- One row is an entity that goes by one of the names of a list, as printed or in Latin letters, and how often it is
-- printed so.
with names as (
    select unnest($names) as name
),
named as (
    select alias as name, entity_id, mention_count from entity_aliases semi join names on alias = names.name
    union all
    select name, entity_id, 0 from entities semi join names using (name)
    union all
    select lower(name_latin), entity_id, 0 from entities semi join names on lower(name_latin) = names.name
)
select named.name, entity_id, entities.name, named.mention_count
from named
join entities using (entity_id)
