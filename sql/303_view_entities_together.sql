-- One row is an entity and another that the same articles name; each pair stands in both orders. Copies of the same
-- text count once.
create or replace view entities_together as
with named as (
    select distinct mentions.article_id, mentions.entity_id, articles_distinct.published_at
    from mentions
    join articles_distinct using (article_id)
    where mentions.entity_id is not null
),
pairs as (
    select
        one.entity_id,
        other.entity_id as other_entity_id,
        count(*) as article_count,
        min(one.published_at) as first_seen_at,
        max(one.published_at) as last_seen_at
    from named as one
    join named as other on one.article_id = other.article_id and one.entity_id <> other.entity_id
    group by all
)
select
    pairs.entity_id,
    one.type,
    one.name,
    pairs.other_entity_id,
    other.type as other_type,
    other.name as other_name,
    pairs.article_count,
    pairs.first_seen_at,
    pairs.last_seen_at
from pairs
join entities as one on pairs.entity_id = one.entity_id
join entities as other on pairs.other_entity_id = other.entity_id;

comment on view entities_together is 'Two entities that the same articles name; each pair stands in both orders.';
comment on column entities_together.entity_id is 'One entity.';
comment on column entities_together.type is 'Its type.';
comment on column entities_together.name is 'Its name to show.';
comment on column entities_together.other_entity_id is 'The other.';
comment on column entities_together.other_type is 'Type of the other.';
comment on column entities_together.other_name is 'Name of the other to show.';
comment on column entities_together.article_count is 'Articles that name both.';
comment on column entities_together.first_seen_at is 'Earliest publication of these articles.';
comment on column entities_together.last_seen_at is 'Latest publication of these articles.';
