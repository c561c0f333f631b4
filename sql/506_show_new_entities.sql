-- One row is an entity that the generation before (attached as `earlier`) did not hold under this or another id, with
-- the first article that names it. row_count is the number of rows before the limit.
with known as (
    select entity_id from earlier.entities
    union
    select entity_id from entity_redirects where run_id = $run_id
),
new_entities as (
    select *, count(*) over () as row_count
    from entities
    anti join known using (entity_id)
    order by mention_count desc, article_count desc, entity_id
    limit $limit::bigint
),
first_articles as (
    select
        mentions.entity_id,
        arg_min(
            coalesce(articles.title, articles.source_path),
            (coalesce(articles.published_at, 'infinity'), articles.article_id)
        ) as title
    from mentions
    semi join new_entities using (entity_id)
    join articles using (article_id)
    group by all
)
select
    new_entities.name,
    new_entities.type,
    new_entities.article_count,
    new_entities.mention_count,
    first_articles.title,
    new_entities.row_count
from new_entities
join first_articles using (entity_id)
order by new_entities.mention_count desc, new_entities.article_count desc, new_entities.entity_id
