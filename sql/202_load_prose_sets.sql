-- Prepares the search for near-copies in the sites that this run touched. One row of page_sets says which set of
-- paragraphs a page has (the same number for equal sets); one row of set_pairs is two sets that share at least half of
-- the larger. A paragraph in more than 100 different sets is furniture of the site and no evidence; without that bound
-- the search would also grow with the square of the pages.
create or replace temp table touched_sites as
select site from touched_pages where site is not null
union
select site from refused_templates
union
select site from site_templates where status = 'refused';

create or replace temp table page_sets as
with page_keys as (
    select page_prose.site, page_prose.article_id, list_sort(list(page_prose.prose_key)) as prose_keys
    from page_prose semi join touched_sites using (site)
    group by all
)
select site, article_id, prose_keys, dense_rank() over (order by site, prose_keys) as set_no
from page_keys;

create or replace temp table set_pairs as
with sets as (
    select distinct set_no, site, prose_keys from page_sets
),
set_members as (
    select set_no, site, unnest(prose_keys) as prose_key from sets
),
evidence as (
    select site, prose_key from set_members group by all having count(*) between 2 and 100
),
furniture as (
    select site, prose_key from set_members group by all having count(*) > 100
),
set_sizes as (
    select set_members.set_no, count(*) as prose_count
    from set_members anti join furniture using (site, prose_key)
    group by all
),
shared_members as (
    select set_members.* from set_members semi join evidence using (site, prose_key)
),
overlapping as (
    select one.set_no as one_no, other.set_no as other_no, count(*) as shared_count
    from shared_members as one
    join shared_members as other
        on one.site = other.site and one.prose_key = other.prose_key and one.set_no < other.set_no
    group by all
)
select overlapping.one_no, overlapping.other_no
from overlapping
join set_sizes as one on overlapping.one_no = one.set_no
join set_sizes as other on overlapping.other_no = other.set_no
where 2 * overlapping.shared_count >= greatest(one.prose_count, other.prose_count);
