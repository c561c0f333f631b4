-- Replaces the records that this run read, drops those that are gone, and says of each file of many documents that this
-- run read what became of it: loaded if one record at least was.
create or replace temp table rejects as
select article_id, min(error_code) as error_code, min(error_message) as error_message from work_rejects group by all;

create or replace temp table new_records as
select work_records.* replace (
    coalesce(work_records.error_code, rejects.error_code) as error_code,
    coalesce(work_records.error_message, rejects.error_message) as error_message
)
from work_records
left join rejects using (article_id);

create or replace temp table old_records as
select article_id from records
where
    source_path in (select path from touched_paths)
    or article_id in (select article_id from new_records union select article_id from work_lost);

delete from records where article_id in (select article_id from old_records);

insert into records by name select * from new_records;

-- What a run owes a file, it owes each of its records, for they may look unchanged to the next.
update records
set record_hash = null
where source_path in (select path from work_seen where are_records_owed);

delete from records where source_path not in (select path from files where status <> 'deleted');

create or replace temp table bulk_files as
select
    new_files.path,
    new_files.error_code,
    new_files.error_message,
    count(records.article_id) as record_count,
    count(records.error_code) as rejected_count,
    arg_min(
        'record ' || records.source_record || ', ' || records.error_code || ': ' || records.error_message,
        records.source_record
    ) filter (where records.error_code is not null) as first_reject
from new_files
left join records on new_files.path = records.source_path
where new_files.format in ('jsonl', 'parquet', 'warc') and new_files.status = 'loaded'
group by all;

update files
set
    status = if(bulk_files.record_count > bulk_files.rejected_count, 'loaded', 'quarantined'),
    error_code = case
        when bulk_files.error_code is not null then bulk_files.error_code
        when bulk_files.rejected_count > 0 then 'bad_record'
        when bulk_files.record_count = 0 then 'empty'
    end,
    error_message = nullif(
        concat_ws(
            '; ',
            bulk_files.error_message,
            case
                when bulk_files.rejected_count > 0 then
                    bulk_files.rejected_count || ' of ' || bulk_files.record_count
                    || ' records could not be used; the first is ' || bulk_files.first_reject
                when bulk_files.record_count = 0 and bulk_files.error_code is null then
                    'it holds no record that could be a page; fetch it again or remove it'
            end
        ),
        ''
    )
from bulk_files
where files.path = bulk_files.path;
