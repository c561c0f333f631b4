-- One row is a pair of a list of entities that articles on a site (% for any) name together. A pair stands if it is one
-- of the $strongest of either entity. Copies of the same text count once.
with shown_articles as (
    select article_id
    from articles
    where $site = '%' or coalesce(site, '') = $site
    qualify row_number() over (partition by content_sha256 order by published_at nulls last, article_id) = 1
),
named as (
    select distinct article_id, entity_id
    from mentions
    semi join shown_articles using (article_id)
    where entity_id in (select unnest($entities::varchar[]))
),
pairs as (
    select one.entity_id, other.entity_id as other_entity_id, count(*) as article_count
    from named as one
    join named as other on one.article_id = other.article_id and one.entity_id < other.entity_id
    group by all
),
sides as (
    select entity_id, other_entity_id, article_count, entity_id as side_id from pairs
    union all
    select entity_id, other_entity_id, article_count, other_entity_id from pairs
),
ranked as (
    select
        entity_id,
        other_entity_id,
        article_count,
        row_number() over (partition by side_id order by article_count desc, entity_id, other_entity_id) as place
    from sides
)
select entity_id, other_entity_id, any_value(article_count) as article_count
from ranked
where place <= $strongest
group by entity_id, other_entity_id
order by article_count desc, entity_id, other_entity_id
