-- Dates every template by the articles that hold its line, and notes what the articles were cleaned with.
create or replace temp table template_dates as
select
    site_templates.site,
    site_templates.pattern,
    min(articles.published_at) as first_seen_at,
    max(articles.published_at) as last_seen_at
from site_templates
left join page_lines using (site, pattern)
left join articles using (article_id)
group by all;

update site_templates
set first_seen_at = template_dates.first_seen_at, last_seen_at = template_dates.last_seen_at
from template_dates
where
    site_templates.site = template_dates.site
    and site_templates.pattern = template_dates.pattern
    and (
        site_templates.first_seen_at is distinct from template_dates.first_seen_at
        or site_templates.last_seen_at is distinct from template_dates.last_seen_at
    );

delete from applied_templates;

insert into applied_templates by name
select site, pattern, role from site_templates where status = 'accepted';
