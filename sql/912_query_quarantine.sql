-- question: Which files could not be used, and why?
-- प्रश्न: कौन-सी फ़ाइलें काम में नहीं आ सकीं, और क्यों?
-- One row is a raw file in quarantine.
select site, path, error_code, error_message, size_bytes, last_run_id
from files
where status = 'quarantined'
order by error_code, path
