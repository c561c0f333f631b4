-- A row is a record that has an article although it could not be used, or that has none although it could; an article
-- of a file of many documents without its record; or a record of a file that is not there.
with bulk_articles as (
    select article_id, source_path, source_record from articles where source_record > 0
)
select
    coalesce(records.source_path, bulk_articles.source_path) as path,
    coalesce(records.source_record, bulk_articles.source_record) as source_record,
    records.error_code
from records
full outer join bulk_articles using (article_id, source_path, source_record)
where
    (records.article_id is null)
    or (records.error_code is null) <> (bulk_articles.article_id is not null)
    or (records.error_code is null) <> (records.error_message is null)
union all
select source_path, source_record, error_code
from records
anti join (select path from files where status <> 'deleted') as present_files
    on records.source_path = present_files.path
