-- One row is a file that a run could not use. row_count is the number of rows before the limit.
select path, error_code, error_message, count(*) over () as row_count
from files
where status = 'quarantined' and last_run_id = $run_id
order by path
limit $limit::bigint
