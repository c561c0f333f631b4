-- question: Which spellings were joined on weak evidence?
-- प्रश्न: कौन-सी वर्तनियाँ कमज़ोर आधार पर एक मानी गईं?
-- set below = 0.95
-- set limit = 50
-- One row is a spelling of an entity; `khabar entity NAME --split SPELLING` parts them.
select
    entities.name,
    entities.type,
    entity_aliases.alias as spelling,
    entity_aliases.rule,
    round(entity_aliases.score, 3) as score,
    entity_aliases.mention_count
from entity_aliases
join entities using (entity_id)
where entity_aliases.score < $below::double and entity_aliases.alias <> entities.name
order by entity_aliases.score, entity_aliases.mention_count desc, entities.entity_id, entity_aliases.alias
limit $limit::bigint
