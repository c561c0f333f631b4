-- A row is a file whose status does not fit its articles, or a quarantined one without a reason. A loaded file has an
-- article, no other has; every article comes from a file. A loaded file of many documents may have a reason why not all
-- of it is loaded.
with sources as (
    select source_path as path, count(*) as article_count from articles group by all
)
select
    coalesce(files.path, sources.path) as path,
    files.status,
    files.error_code,
    coalesce(sources.article_count, 0) as article_count
from files
full outer join sources using (path)
where
    files.status is null
    or (files.status = 'loaded') <> (sources.path is not null)
    or files.status = 'quarantined' and files.error_code is null
    or files.status <> 'quarantined' and files.error_code is not null and files.format in ('text', 'html')
    or (files.error_code is null) <> (files.error_message is null)
