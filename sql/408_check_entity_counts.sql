-- A row is an entity or a spelling whose counts, type or dates are not those of its mentions (promise 4).
with counted as (
    select
        mentions.entity_id,
        min(mentions.type) as type,
        max(mentions.type) as other_type,
        count(*) as mention_count,
        count(distinct mentions.article_id) as article_count,
        min(articles.published_at) as first_seen_at,
        max(articles.published_at) as last_seen_at
    from mentions
    join articles using (article_id)
    group by all
),
counted_aliases as (
    select entity_id, surface as alias, count(*) as mention_count from mentions group by all
)
select 'entity' as what, coalesce(entities.entity_id, counted.entity_id) as entity_id, entities.name
from entities
full outer join counted using (entity_id)
where
    entities.mention_count is distinct from counted.mention_count
    or entities.article_count is distinct from counted.article_count
    or entities.first_seen_at is distinct from counted.first_seen_at
    or entities.last_seen_at is distinct from counted.last_seen_at
    or entities.type is distinct from counted.type
    or entities.type is distinct from counted.other_type
union all
select 'alias', entity_id, alias
from entity_aliases
full outer join counted_aliases using (entity_id, alias)
where entity_aliases.mention_count is distinct from counted_aliases.mention_count
