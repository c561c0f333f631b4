-- Drops the articles, blocks and mentions of what this run read and of files and records that are gone or can't be used
-- any more. One row of new_files is a file of this run; should a run give several verdicts on one, the quarantine
-- stands.
create or replace temp table touched_paths as
select path from work_files anti join work_partial using (path)
union
select path from work_gone;

create or replace temp table new_files as
with verdicts as (
    select * from work_files
    qualify row_number() over (partition by path order by status = 'quarantined' desc) = 1
),
rejects as (
    -- A page without an article condemns its file, if that is all that the file holds.
    select
        source_path as path,
        arg_min(error_code, article_id) as error_code,
        arg_min(error_message, article_id) as error_message
    from work_rejects
    where source_record = 0
    group by all
)
select verdicts.* replace (
    if(rejects.path is null, verdicts.status, 'quarantined') as status,
    coalesce(verdicts.error_code, rejects.error_code) as error_code,
    coalesce(verdicts.error_message, rejects.error_message) as error_message
)
from verdicts
left join rejects using (path);

create or replace temp table new_articles as
select work_articles.article_id
from work_articles
semi join (select path from new_files where status = 'loaded') as loaded_files
    on work_articles.source_path = loaded_files.path
anti join work_rejects on work_articles.article_id = work_rejects.article_id;

create or replace temp table touched_articles as
select articles.article_id from articles semi join touched_paths on articles.source_path = touched_paths.path
union
select article_id from work_records
union
select article_id from work_lost
union
select article_id from new_articles;

delete from blocks where article_id in (select article_id from touched_articles);
delete from mentions where article_id in (select article_id from touched_articles);
delete from articles where article_id in (select article_id from touched_articles);
