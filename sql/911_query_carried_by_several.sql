-- question: Which stories were carried by several sites, and who had them first?
-- प्रश्न: कौन-सी ख़बरें कई साइटों ने छापीं, और सबसे पहले किसने?
-- set limit = 20
-- One row is a text that at least two sites carry.
with carried as (
    select
        content_sha256,
        list_sort(list(distinct site)) as sites,
        count(*) as article_count,
        min(published_at) as first_published_at
    from articles
    group by all
    having count(distinct site) > 1
)
select
    articles_distinct.title,
    articles_distinct.site as first_site,
    carried.sites,
    carried.article_count,
    carried.first_published_at
from carried
join articles_distinct using (content_sha256)
order by carried.article_count desc, carried.first_published_at, carried.content_sha256
limit $limit::bigint
