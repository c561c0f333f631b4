-- question: What did an article say at a given time?
-- प्रश्न: किसी समय पर किसी ख़बर में क्या लिखा था?
-- set article = %
-- set at = now
-- set limit = 5
-- One row is an article as it stood then; `article` is its id or a part of its path with %, of one that is gone by now
-- its id. One that was gone then has no row; a time without a zone is that of India.
with wanted as (
    select article_id, any_value(source_path) as source_path
    from (
        select article_id, source_path from pages where article_id = $article or source_path like $article
        union all
        select article_id, null from article_versions where article_id = $article
    )
    group by all
),
chosen as (
    -- Before their texts are read, which are found by their place.
    select article_versions.rowid as place, wanted.source_path
    from article_versions
    join wanted using (article_id)
    where
        article_versions.change <> 'deleted'
        and article_versions.valid_from <= if($at = 'now', now(), $at::timestamptz)
        and coalesce(article_versions.valid_to, 'infinity') > if($at = 'now', now(), $at::timestamptz)
    order by wanted.source_path, article_versions.article_id
    limit $limit::bigint
)
select
    article_versions.article_id,
    chosen.source_path,
    article_versions.version,
    article_versions.change,
    article_versions.valid_from,
    article_versions.valid_to,
    article_versions.title,
    article_versions.body
from article_versions
join chosen on article_versions.rowid = chosen.place
order by chosen.source_path, article_versions.article_id
