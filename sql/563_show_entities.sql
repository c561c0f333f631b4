-- One row is an entity of a list of ids, in the order of the list.
with wanted as (
    select unnest($entities::varchar[]) as entity_id, generate_subscripts($entities::varchar[], 1) as place
)
select entities.entity_id, entities.type, entities.name, entities.name_latin, entities.article_count
from wanted
join entities using (entity_id)
order by wanted.place
