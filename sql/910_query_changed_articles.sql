-- question: Which articles were changed or taken down after they were first seen?
-- प्रश्न: कौन-सी ख़बरें पहली बार देखे जाने के बाद बदली या हटाई गईं?
-- set limit = 50
-- One row is an article whose raw file changed or went, the latest change first. Work of new rules is left out.
with later_versions as (
    select
        article_id,
        count(*) as change_count,
        max(valid_from) as last_changed_at,
        arg_max(change, version) as last_change
    from article_versions
    where change in ('changed', 'deleted')
    group by all
),
last_titles as (
    select article_id, arg_max(title, version) as title, min(valid_from) as first_seen_at
    from article_versions
    group by all
)
select
    later_versions.article_id,
    articles.site,
    last_titles.title,
    later_versions.last_change,
    later_versions.change_count,
    last_titles.first_seen_at,
    later_versions.last_changed_at
from later_versions
join last_titles using (article_id)
left join articles using (article_id)
order by later_versions.last_changed_at desc, later_versions.article_id
limit $limit::bigint
