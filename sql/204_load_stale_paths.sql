-- One row of stale_paths is a file that this run has not read and that holds a line whose verdict changed since its
-- articles were cleaned.
create or replace temp table stale_paths as
with accepted as (
    select site, pattern, role from site_templates where status = 'accepted'
),
flipped as (
    (select * from accepted except select * from applied_templates)
    union
    (select * from applied_templates except select * from accepted)
)
select distinct pages.source_path
from flipped
join page_lines using (site, pattern)
join pages using (article_id)
anti join touched_paths on pages.source_path = touched_paths.path;
