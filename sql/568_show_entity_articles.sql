-- One row is an article on one site, or on any (%), that names an entity, the newest first.
with named as (
    select article_id, count(*) as mention_count from mentions where entity_id = $entity group by all
)
select
    articles.article_id,
    coalesce(articles.title, articles.source_path) as title,
    articles.site,
    articles.published_on,
    named.mention_count
from named
join articles using (article_id)
where $site = '%' or coalesce(articles.site, '') = $site
order by articles.published_at desc nulls last, articles.source_path, articles.source_record
limit $limit offset $skip
