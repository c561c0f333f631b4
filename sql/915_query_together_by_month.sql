-- question: How often are two named in the same articles, month by month?
-- प्रश्न: दो नाम एक ही ख़बर में कितनी बार आते हैं, महीने दर महीने?
-- set name = भारत
-- set other = रूस
-- One row is a month of publication; copies of the same text count once. A share is that of the articles on `name`.
with one_entities as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
),
other_entities as (
    select entity_id from entities where $other in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $other
),
one_articles as (
    select distinct article_id from mentions semi join one_entities using (entity_id)
),
other_articles as (
    select distinct article_id from mentions semi join other_entities using (entity_id)
)
select
    date_trunc('month', articles_distinct.published_on)::date as month,
    count(*) as article_count,
    count(other_articles.article_id) as together_count,
    round(count(other_articles.article_id) / count(*), 2) as together_share
from articles_distinct
semi join one_articles using (article_id)
left join other_articles using (article_id)
where articles_distinct.published_on is not null
group by all
order by month
