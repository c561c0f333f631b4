-- One row is an article that a run saw for the first time, the newest first. row_count is the number of rows before the
-- limit.
with created as (
    select articles.*
    from articles
    join article_versions using (article_id)
    where
        articles.run_id = $run_id
        and article_versions.valid_to is null
        and article_versions.valid_from >= $started_at::timestamptz
        and article_versions.change = 'created'
)
select published_on, site, title, source_path, word_count, count(*) over () as row_count
from created
order by published_on desc nulls last, source_path, source_record
limit $limit::bigint
