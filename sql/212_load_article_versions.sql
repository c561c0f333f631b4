-- Closes the versions that this run ended and opens those that it began. Runs before `files` is brought up to date: the
-- old hashes there tell a changed file from changed rules. One row of new_versions is a version that begins now.
create or replace temp table new_versions as
with current_versions as (
    -- Without texts: a CTE that is used twice is made whole.
    select article_id, version, valid_from, change from article_versions where valid_to is null
),
own_versions as (
    select article_id, version, valid_from, change, title, body
    from article_versions
    semi join new_articles using (article_id)
    where valid_to is null
),
same_files as (
    select new_files.path
    from new_files
    join files
        on new_files.path = files.path
        and new_files.sha256 is not distinct from files.sha256
        and new_files.sidecar_sha256 is not distinct from files.sidecar_sha256
),
same_records as (
    select work_records.article_id
    from work_records
    join records
        on work_records.article_id = records.article_id
        and work_records.record_hash = records.record_hash
),
written as (
    select
        articles.article_id,
        coalesce(own_versions.version, 0) + 1 as version,
        own_versions.valid_from as previous_from,
        case
            when own_versions.article_id is null or own_versions.change = 'deleted' then 'created'
            when articles.source_path in (select path from same_files) then 'recleaned'
            when articles.article_id in (select article_id from same_records) then 'recleaned'
            else 'changed'
        end as change
    from articles
    left join own_versions using (article_id)
    where
        articles.run_id = getvariable('run_id')
        and (
            own_versions.article_id is null
            or own_versions.change = 'deleted'
            or articles.title is distinct from own_versions.title
            or articles.body is distinct from own_versions.body
        )
),
removed as (
    select
        current_versions.article_id,
        current_versions.version + 1 as version,
        current_versions.valid_from as previous_from,
        'deleted' as change
    from current_versions
    anti join articles using (article_id)
    where current_versions.change <> 'deleted'
)
select
    article_id,
    version,
    -- A clock that was set back must not make a version end before it began.
    greatest(getvariable('started_at'), previous_from + interval 1 microsecond) as valid_from,
    change
from (select * from written union all select * from removed);

update article_versions
set valid_to = new_versions.valid_from
from new_versions
where article_versions.article_id = new_versions.article_id and article_versions.valid_to is null;

-- A temporary table of texts would be held in memory; one that was removed has no text.
insert into article_versions by name
select new_versions.*, null::timestamptz as valid_to, articles.title, articles.body
from new_versions
left join articles using (article_id)
order by article_id;
