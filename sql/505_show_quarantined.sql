-- One row is a file that a run could not use, or only in part. row_count is the number of rows before the limit.
select path, error_code, error_message, count(*) over () as row_count
from files
where status <> 'deleted' and error_code is not null and last_run_id = $run_id
order by status desc, path
limit $limit::bigint
