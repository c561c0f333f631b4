-- One row is a spelling, other than its name, that an entity did not have in the generation before (attached as
-- `earlier`), the weakest reason first. row_count is the number of rows before the limit.
with earlier_aliases as (
    select coalesce(entity_redirects.entity_id, entity_aliases.entity_id) as entity_id, entity_aliases.alias
    from earlier.entity_aliases
    left join entity_redirects
        on entity_aliases.entity_id = entity_redirects.old_id and entity_redirects.run_id = $run_id
)
select
    entities.name,
    entities.type,
    entity_aliases.alias,
    entity_aliases.rule,
    entity_aliases.score,
    entity_aliases.mention_count,
    count(*) over () as row_count
from entity_aliases
anti join earlier_aliases using (entity_id, alias)
join entities using (entity_id)
where entity_aliases.alias <> entities.name
order by entity_aliases.score nulls first, entity_aliases.mention_count desc, entities.entity_id, entity_aliases.alias
limit $limit::bigint
