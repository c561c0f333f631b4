-- Replaces the pages, short lines and paragraphs of what this run read, and drops those of files and records that are
-- gone. work_* are the Parquet parts of this run. One row of touched_paths is a file that it read as a whole.
create or replace temp table touched_paths as
select path from work_files anti join work_partial using (path)
union
select path from work_gone;

create or replace temp table new_pages as
select distinct article_id, source_path, site from work_pages;

create or replace temp table touched_pages as
select pages.article_id, pages.site from pages semi join touched_paths on pages.source_path = touched_paths.path
union
select pages.article_id, pages.site from pages
semi join (select article_id from work_records union select article_id from work_lost) as touched_records
    using (article_id)
union
select article_id, site from new_pages;

delete from pages where article_id in (select article_id from touched_pages);
delete from page_lines where article_id in (select article_id from touched_pages);
delete from page_prose where article_id in (select article_id from touched_pages);

insert into pages by name select * from new_pages;

insert into page_lines by name
select article_id, site, pattern, min(zone) as zone
from work_lines
where site is not null and not is_prose
group by all;

insert into page_prose by name
select distinct article_id, site, md5_number_lower(pattern) as prose_key
from work_lines
where site is not null and is_prose;
