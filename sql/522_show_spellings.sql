-- One row is a spelling of an entity, the most frequent first. Articles are those that print it so.
with printed as (
    select surface as alias, count(distinct article_id) as article_count
    from mentions
    where entity_id = $entity_id
    group by all
)
select
    entity_aliases.alias,
    entity_aliases.rule,
    entity_aliases.score,
    entity_aliases.mention_count,
    printed.article_count
from entity_aliases
join printed using (alias)
where entity_aliases.entity_id = $entity_id
order by entity_aliases.mention_count desc, entity_aliases.alias
