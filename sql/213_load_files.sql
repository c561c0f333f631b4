-- Brings `files` up to date: what this run read, what it found gone, and what it still owes work (work_seen).
create or replace temp table previous_files as
select path, first_run_id from files semi join new_files using (path);

delete from files where path in (select path from new_files);

insert into files by name
select
    new_files.*,
    coalesce(previous_files.first_run_id, getvariable('run_id')) as first_run_id,
    getvariable('run_id') as last_run_id
from new_files
left join previous_files using (path);

update files
set
    status = 'deleted',
    error_code = null,
    error_message = null,
    stat_key = null,
    is_settled = null,
    last_run_id = getvariable('run_id')
from work_gone
where
    files.path = work_gone.path
    and files.status <> 'deleted'
    and files.path not in (select path from new_files);

update files
set stat_key = work_seen.stat_key, is_settled = work_seen.is_settled
from work_seen
where files.path = work_seen.path;

-- A rebuild that could not read a file knows nothing of it: the next run meets it as new.
delete from files where status = 'unread';
