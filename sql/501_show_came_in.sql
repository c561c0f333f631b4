-- One row is a site whose articles a run worked on, those with most articles first. An article that is neither created
-- nor changed nor cleaned anew came out as it was. row_count is the number of rows before the limit.
with touched as (
    select
        articles.site,
        articles.word_count,
        articles.published_on,
        coalesce(article_versions.change, 'same') as change
    from articles
    left join article_versions
        on articles.article_id = article_versions.article_id
        and article_versions.valid_to is null
        and article_versions.valid_from >= $started_at::timestamptz
    where articles.run_id = $run_id
)
select
    site,
    count(*) filter (where change = 'created') as created_count,
    count(*) filter (where change = 'changed') as changed_count,
    count(*) filter (where change = 'recleaned') as recleaned_count,
    count(*) filter (where change = 'same') as same_count,
    sum(word_count)::bigint as word_count,
    min(published_on) as first_published_on,
    max(published_on) as last_published_on,
    count(*) over () as row_count
from touched
group by all
order by count(*) desc, site
limit $limit::bigint
