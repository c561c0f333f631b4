-- question: Who and what was named most in the last days of the data?
-- प्रश्न: आँकड़ों के आख़िरी दिनों में किनका नाम सबसे ज़्यादा आया?
-- set days = 30
-- set type = %
-- set limit = 20
-- One row is an entity. The days are counted back from the latest publication in the warehouse; copies count once. A
-- date that lies ahead of the last run is a slip of the page: its article counts, but moves nothing.
with last_day as (
    select max(published_on) as published_on
    from articles
    where published_at <= (select max(started_at) + interval 1 day from runs)
),
recent as (
    select mentions_by_day.*
    from mentions_by_day
    cross join last_day
    where mentions_by_day.published_on > last_day.published_on - $days::integer
)
select
    entity_id,
    name,
    type,
    sum(article_count)::bigint as article_count,
    sum(mention_count)::bigint as mention_count
from recent
where type like $type
group by all
order by article_count desc, mention_count desc, entity_id
limit $limit::bigint
