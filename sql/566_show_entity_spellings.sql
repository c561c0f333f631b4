-- One row is a spelling of an entity, with the reason why it is one with it and how sure that reason is, 0 to 1.
select alias as spelling, script, rule, score, mention_count
from entity_aliases
where entity_id = $entity
order by mention_count desc, spelling
limit $limit
