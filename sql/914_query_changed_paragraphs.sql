-- question: What did an article say before it was changed, paragraph by paragraph?
-- प्रश्न: बदले जाने से पहले ख़बर में क्या लिखा था, अनुच्छेद दर अनुच्छेद?
-- set article = %
-- set limit = 50
-- One row is a title or paragraph that a change of the raw file took out (-) or brought (+), the latest change first;
-- `article` is an id or a part of a path with %, of one that is gone its id. Work of new rules is left out. A file of
-- many documents holds many articles: article_id tells them apart.
with wanted as (
    select article_id, any_value(source_path) as source_path
    from (
        select article_id, source_path from pages where article_id = $article or source_path like $article
        union all
        select article_id, null from article_versions where article_id = $article
    )
    group by all
),
versions as (
    select
        article_versions.article_id,
        wanted.source_path,
        article_versions.version,
        article_versions.valid_from,
        article_versions.change,
        list_distinct(
            string_split(article_versions.body, e'\n\n') || [coalesce(article_versions.title, '')]
        ) as texts
    from article_versions
    join wanted using (article_id)
),
changes as (
    select
        later.article_id,
        later.source_path,
        later.valid_from,
        later.version,
        list_filter(earlier.texts, lambda text: not list_contains(later.texts, text)) as gone,
        list_filter(later.texts, lambda text: not list_contains(earlier.texts, text)) as come
    from versions as later
    join versions as earlier on later.article_id = earlier.article_id and later.version = earlier.version + 1
    where later.change = 'changed'
),
told as (
    select article_id, valid_from, source_path, version, '-' as what, unnest(gone) as text from changes
    union all
    select article_id, valid_from, source_path, version, '+', unnest(come) from changes
)
select valid_from as changed_at, source_path, what, text, article_id
from told
where text <> ''
order by valid_from desc, source_path, article_id, version, what desc, text
limit $limit::bigint
