-- One row is an alias of an entity that is surely its own: it has this share of all mentions so printed.
with counts as (
    select alias, sum(mention_count) as total
    from entity_aliases
    where alias in (select alias from entity_aliases where entity_id = $id)
    group by all
)
select alias
from entity_aliases
join counts using (alias)
where entity_id = $id and mention_count >= $share * total
order by mention_count desc, alias
