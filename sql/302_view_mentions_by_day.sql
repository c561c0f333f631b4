-- One row is an entity on a calendar day of publication; copies of the same text count once.
create or replace view mentions_by_day as
with day_mentions as (
    select articles_distinct.published_on, mentions.entity_id, mentions.article_id
    from mentions
    join articles_distinct using (article_id)
),
day_counts as (
    select
        published_on,
        entity_id,
        count(*) as mention_count,
        count(distinct article_id) as article_count
    from day_mentions
    group by all
)
select
    day_counts.published_on,
    entities.entity_id,
    entities.type,
    entities.name,
    entities.name_latin,
    day_counts.mention_count,
    day_counts.article_count
from day_counts
join entities using (entity_id);

comment on view mentions_by_day is 'An entity on a calendar day; copies of the same text count once.';
comment on column mentions_by_day.published_on is 'Calendar day of publication; NULL for undated articles.';
comment on column mentions_by_day.entity_id is 'The entity.';
comment on column mentions_by_day.type is 'PERSON, ORG, LOC, EVENT, FACILITY, PRODUCT or PROJECT.';
comment on column mentions_by_day.name is 'Its name to show.';
comment on column mentions_by_day.name_latin is 'Its name in Latin letters; NULL if unknown.';
comment on column mentions_by_day.mention_count is 'Mentions on that day.';
comment on column mentions_by_day.article_count is 'Articles of that day that name it.';
