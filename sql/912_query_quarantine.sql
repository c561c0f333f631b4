-- question: Which files or records could not be used, and why?
-- प्रश्न: कौन-सी फ़ाइलें या अभिलेख काम में नहीं आ सके, और क्यों?
-- set limit = 200
-- One row is a raw file that is in quarantine or loaded only in part, or a record of a file that holds many documents.
with faults as (
    select site, path, null as record, error_code, error_message, status
    from files
    where status <> 'deleted' and error_code is not null
    union all
    select files.site, files.path, records.source_record, records.error_code, records.error_message, 'quarantined'
    from records
    join files on records.source_path = files.path
    where records.error_code is not null and files.status = 'loaded'
)
select site, path, error_code, error_message, record, status
from faults
order by error_code, path, record nulls first
limit $limit::bigint
