-- Learns the templates of the sites that this run touched, as a pure function of their current lines and the user's
-- refusals. A short line between paragraphs may be a subhead that a paper likes, so it needs more articles. set_groups
-- holds the sets of paragraphs that are copies of a set with a smaller number. The dates of a template are filled once
-- the articles are loaded.
delete from site_templates where site in (select site from touched_sites);

insert into site_templates by name
with page_groups as (
    select page_sets.article_id, 'set ' || coalesce(set_groups.group_no, page_sets.set_no) as group_id
    from page_sets left join set_groups using (set_no)
),
site_lines as (
    -- A page without paragraphs stands alone: its own id is its group.
    select
        page_lines.site,
        page_lines.pattern,
        page_lines.zone,
        coalesce(page_groups.group_id, page_lines.article_id) as group_id
    from page_lines
    semi join touched_sites using (site)
    left join page_groups using (article_id)
),
pattern_counts as (
    select site, pattern, count(distinct group_id) as article_count
    from site_lines
    group by all
),
zone_counts as (
    select site, pattern, zone, count(*) as line_count from site_lines group by all
),
pattern_zones as (
    select site, pattern, arg_min(zone, (-line_count, zone)) as zone from zone_counts group by all
),
verdicts as (
    select
        site,
        pattern,
        case when zone = 'head' then 'site_header' else 'other' end as role,
        article_count,
        case
            when refused_templates.pattern is not null then 'refused'
            when article_count >= getvariable('template_articles')
                * if(zone = 'inside' and len(string_split(pattern, ' ')) <= 4, getvariable('inside_factor'), 1)
                then 'accepted'
            when article_count >= getvariable('proposed_articles') then 'proposed'
        end as status,
        zone
    from pattern_counts
    join pattern_zones using (site, pattern)
    left join refused_templates using (site, pattern)
)
select * from verdicts where status is not null;
