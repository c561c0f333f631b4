-- One row is a role on one of the sites that a run worked on most, and how many characters of its pages have it; all
-- other sites together are one, marked is_rest. Blank lines are left out. Characters are code points.
with run_articles as (
    select article_id, site from articles where run_id = $run_id
),
site_ranks as (
    select site, row_number() over (order by count(*) desc, site) as site_no
    from run_articles
    group by site
),
shown_sites as (
    select
        run_articles.article_id,
        least(site_ranks.site_no, $limit::bigint + 1) as place,
        site_ranks.site_no > $limit::bigint as is_rest,
        if(site_ranks.site_no <= $limit::bigint, site_ranks.site, null) as shown_site
    from run_articles
    join site_ranks on run_articles.site is not distinct from site_ranks.site
),
role_sizes as (
    select
        shown_sites.place,
        shown_sites.is_rest,
        shown_sites.shown_site as site,
        blocks.role,
        blocks.is_kept,
        sum(blocks.raw_end - blocks.raw_start)::bigint as character_count
    from blocks
    join shown_sites using (article_id)
    where blocks.role <> 'blank'
    group by all
)
select is_rest, site, role, is_kept, character_count
from role_sizes
order by place, role, is_kept
