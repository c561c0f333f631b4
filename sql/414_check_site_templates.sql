-- A row is a template that no current page holds often enough, that is dated by other articles than hold it, or that
-- the articles were not cleaned with.
with held as (
    select
        page_lines.site,
        page_lines.pattern,
        count(*) as page_count,
        min(articles.published_at) as first_seen_at,
        max(articles.published_at) as last_seen_at
    from page_lines
    semi join site_templates using (site, pattern)
    left join articles using (article_id)
    group by all
),
accepted as (
    select site, pattern, role from site_templates where status = 'accepted'
)
select 'not on its pages' as what, site, pattern
from site_templates
left join held using (site, pattern)
where
    site_templates.article_count > coalesce(held.page_count, 0)
    or site_templates.article_count < 1
    or site_templates.first_seen_at is distinct from held.first_seen_at
    or site_templates.last_seen_at is distinct from held.last_seen_at
union all
select 'accepted but not applied', site, pattern from (select * from accepted except select * from applied_templates)
union all
select 'applied but not accepted', site, pattern from (select * from applied_templates except select * from accepted)
