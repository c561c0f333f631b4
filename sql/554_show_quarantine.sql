-- One row is a raw file in quarantine, the commonest reason first; code_count is the number of files of that reason.
select
    path,
    site,
    error_code,
    error_message,
    size_bytes,
    count(*) over (partition by error_code) as code_count
from files
where status = 'quarantined'
order by code_count desc, error_code, path
limit $limit
