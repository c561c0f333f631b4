-- One row is an entity of the generation before (attached as `earlier`) whose id ended in a run, and the entity that
-- now holds most of its mentions. row_count is the number of rows before the limit.
select
    earlier_entities.name as earlier_name,
    entity_redirects.old_id,
    entities.name,
    entities.entity_id,
    count(*) over () as row_count
from entity_redirects
join entities using (entity_id)
join earlier.entities as earlier_entities on entity_redirects.old_id = earlier_entities.entity_id
where entity_redirects.run_id = $run_id
order by entities.mention_count desc, entity_redirects.old_id
limit $limit::bigint
