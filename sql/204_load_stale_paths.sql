-- One row of stale_pages is a page that this run has not read and that holds a line whose verdict changed since it was
-- cleaned; one row of stale_records is such a page in a file of many.
create or replace temp table stale_pages as
with accepted as (
    select site, pattern, role from site_templates where status = 'accepted'
),
flipped as (
    (select * from accepted except select * from applied_templates)
    union
    (select * from applied_templates except select * from accepted)
)
select distinct pages.article_id, pages.source_path
from flipped
join page_lines using (site, pattern)
join pages using (article_id)
anti join touched_pages using (article_id);

create or replace temp table stale_records as
select records.source_path, records.source_record from records semi join stale_pages using (article_id);
