-- One row is a site: when new files of it came last, and its longest pause in the 30 days before. Files come with the
-- run that saw them first. Only sites that kept coming for a week have rows, with at least five arrivals in that time.
create or replace view arrivals as
with site_arrivals as (
    select distinct files.site, runs.started_at as arrived_at
    from files
    join runs on runs.run_id = files.first_run_id
    where files.site is not null
    qualify runs.started_at > max(runs.started_at) over (partition by files.site) - interval 30 day
),
site_pauses as (
    select site, arrived_at, arrived_at - lag(arrived_at) over (partition by site order by arrived_at) as pause
    from site_arrivals
)
select
    site,
    count(*) as arrival_count,
    max(arrived_at) as last_arrived_at,
    max(pause) as longest_pause
from site_pauses
group by all
having count(*) >= 5 and max(arrived_at) - min(arrived_at) >= interval 7 day;

comment on view arrivals is 'A site: when new files of it came last, and its longest pause in the 30 days before.';
comment on column arrivals.site is 'The site.';
comment on column arrivals.arrival_count is 'Runs that found new files of it in those 30 days.';
comment on column arrivals.last_arrived_at is 'Start of the last of them.';
comment on column arrivals.longest_pause is 'The longest time between two of them.';
