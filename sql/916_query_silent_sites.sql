-- question: Which sites have fallen silent?
-- प्रश्न: कौन-सी साइटें चुप हो गई हैं?
-- set days = 7
-- One row is a site whose newest article is more than so many days older than the newest of all sites. usual_gap_days
-- is the mean number of days between two of its days with articles. A date that lies ahead of the last run is a slip of
-- the page and no sign of life.
with site_days as (
    select distinct site, published_on
    from articles
    where published_at <= (select max(started_at) + interval 1 day from runs)
),
newest as (
    select max(published_on) as published_on from site_days
),
site_ends as (
    select
        site,
        max(published_on) as last_published_on,
        date_diff('day', min(published_on), max(published_on)) / nullif(count(*) - 1, 0) as usual_gap_days
    from site_days
    group by all
)
select
    site_ends.site,
    site_ends.last_published_on,
    date_diff('day', site_ends.last_published_on, newest.published_on) as silent_days,
    round(site_ends.usual_gap_days, 1) as usual_gap_days
from site_ends
cross join newest
where silent_days > $days::bigint
order by silent_days desc, site_ends.site
