-- One row is an article that names an entity, the newest first.
with named as (
    select article_id, count(*) as mention_count from mentions where entity_id = $entity_id group by all
)
select
    articles.published_on,
    named.mention_count,
    articles.site,
    coalesce(articles.title, articles.source_path) as title
from named
join articles using (article_id)
order by articles.published_at desc nulls last, articles.source_path, articles.source_record
limit $limit::bigint
