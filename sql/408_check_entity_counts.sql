-- A row is an entity or a spelling whose counts, type or dates are not those of its mentions (promise 4). Set the
-- variable run_id to count the mentions of those entities only that the run's articles name, and of all together.
with named as (
    select mentions.entity_id
    from mentions
    semi join articles
        on mentions.article_id = articles.article_id
        and articles.run_id = coalesce(getvariable('run_id'), articles.run_id)
    union
    select entity_id from entities where getvariable('run_id') is null
),
counted as (
    select
        mentions.entity_id,
        min(mentions.type) as type,
        max(mentions.type) as other_type,
        count(*) as mention_count,
        count(distinct mentions.article_id) as article_count,
        min(articles.published_at) as first_seen_at,
        max(articles.published_at) as last_seen_at
    from mentions
    semi join named using (entity_id)
    join articles using (article_id)
    group by all
),
counted_aliases as (
    select entity_id, surface as alias, count(*) as mention_count
    from mentions
    semi join named using (entity_id)
    group by all
),
named_entities as (
    select * from entities semi join named using (entity_id)
),
named_aliases as (
    select * from entity_aliases semi join named using (entity_id)
),
sums as (
    select
        (select count(*) from mentions) as mention_count,
        (select coalesce(sum(mention_count), 0) from entities) as entity_count,
        (select coalesce(sum(mention_count), 0) from entity_aliases) as alias_count
)
select 'entity' as what, coalesce(named_entities.entity_id, counted.entity_id) as entity_id, named_entities.name
from named_entities
full outer join counted using (entity_id)
where
    named_entities.mention_count is distinct from counted.mention_count
    or named_entities.article_count is distinct from counted.article_count
    or named_entities.first_seen_at is distinct from counted.first_seen_at
    or named_entities.last_seen_at is distinct from counted.last_seen_at
    or named_entities.type is distinct from counted.type
    or named_entities.type is distinct from counted.other_type
union all
select 'alias', entity_id, alias
from named_aliases
full outer join counted_aliases using (entity_id, alias)
where named_aliases.mention_count is distinct from counted_aliases.mention_count
union all
select 'all entities', null, null from sums where mention_count <> entity_count
union all
select 'all aliases', null, null from sums where mention_count <> alias_count
