-- A row is an article whose versions are not numbered from 1, leave a gap in time, do not end in one current version,
-- or whose current version is not what the article says. Set the variables run_id to look at what one run changed only,
-- from_id and below_id to look at articles from one id up to another.
with changed as (
    select distinct article_versions.article_id
    from article_versions
    left join runs on runs.run_id = getvariable('run_id')
    where
        article_versions.article_id >= coalesce(getvariable('from_id'), '')
        and article_versions.article_id < coalesce(getvariable('below_id'), '~')
        and (runs.run_id is null or article_versions.valid_from >= runs.started_at)
),
versions as (
    select article_id, version, valid_from, valid_to, change, body is null as is_bare
    from article_versions
    semi join changed using (article_id)
),
neighbours as (
    select
        article_id,
        version,
        valid_from,
        valid_to,
        change,
        row_number() over article_changes as expected_version,
        lead(valid_from) over article_changes as next_from,
        lag(change) over article_changes as previous_change
    from versions
    window article_changes as (partition by article_id order by version)
),
current_versions as (
    select article_id, change
    from article_versions
    where
        valid_to is null
        and article_id >= coalesce(getvariable('from_id'), '')
        and article_id < coalesce(getvariable('below_id'), '~')
),
current_articles as (
    select article_id
    from articles
    where
        article_id >= coalesce(getvariable('from_id'), '')
        and article_id < coalesce(getvariable('below_id'), '~')
),
checked as (
    select article_id, title, body
    from articles
    where
        run_id = coalesce(getvariable('run_id'), run_id)
        and article_id >= coalesce(getvariable('from_id'), '')
        and article_id < coalesce(getvariable('below_id'), '~')
)
select 'history' as what, article_id, version
from neighbours
where
    version <> expected_version
    or valid_to is distinct from next_from
    or valid_to <= valid_from
    or (change = 'created') <> (previous_change is null or previous_change = 'deleted')
union all
select 'deleted with text', article_id, version
from versions
where (change = 'deleted') <> is_bare
union all
select 'current', coalesce(current_articles.article_id, current_versions.article_id), null
from current_articles
full outer join current_versions using (article_id)
where (current_articles.article_id is null) <> (coalesce(current_versions.change, 'deleted') = 'deleted')
union all
select 'current', checked.article_id, article_versions.version
from checked
join article_versions using (article_id)
where
    article_versions.valid_to is null
    and (
        checked.title is distinct from article_versions.title
        or checked.body is distinct from article_versions.body
    )
