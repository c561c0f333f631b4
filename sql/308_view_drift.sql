-- One row is a site and a measure of its pages: the newest group of them against the groups of the 30 days before. A
-- group is 20 pages, on a busy site as many as a day brings; on a slow one the newest 120 pages count, however old.
-- Sites with fewer than six groups have no rows. Articles go by their own date; the share of pages that hold none,
-- which have no date, by when files came. Pages of one time are in no order that could mean anything.
create or replace view drift as
with recent_articles as (
    select
        *,
        row_number() over (partition by site order by published_at desc, md5(article_id)) - 1 as place
    from articles
    -- A date that lies ahead of the last run is a slip of the page.
    where site is not null and published_at <= (select max(started_at) + interval 1 day from runs)
    qualify place < 120 or published_at > max(published_at) over (partition by site) - interval 31 day
),
article_shares as (
    select
        article_id,
        sum(raw_end - raw_start) filter (where is_kept) / sum(raw_end - raw_start) as kept_share
    from blocks
    semi join recent_articles using (article_id)
    where role <> 'blank'
    group by all
),
measured_articles as (
    select
        recent_articles.site,
        recent_articles.place,
        coalesce(article_shares.kept_share, 0)::double as kept_share,
        (recent_articles.title is not null)::integer::double as has_title,
        (recent_articles.author is not null or recent_articles.agency is not null)::integer::double as has_author,
        recent_articles.word_count::double as word_count
    from recent_articles
    left join article_shares using (article_id)
),
article_amounts as (
    unpivot measured_articles on kept_share, has_title, has_author, word_count into name measure value amount
),
recent_files as (
    select
        files.site,
        row_number() over (partition by files.site order by runs.started_at desc, md5(files.path)) - 1 as place,
        'no_article' as measure,
        (files.error_code is not distinct from 'no_article')::integer::double as amount
    from files
    join runs on runs.run_id = files.first_run_id
    where files.site is not null and (files.status = 'loaded' or files.error_code = 'no_article')
    qualify place < 120 or runs.started_at > max(runs.started_at) over (partition by files.site) - interval 31 day
),
amounts as (
    select site, place, measure, amount from article_amounts
    union all
    select site, place, measure, amount from recent_files
),
grouped_amounts as (
    select *, place // greatest(20, count(*) over (partition by site, measure) // 31) as group_no
    from amounts
),
page_groups as (
    select
        site,
        measure,
        group_no,
        count(*) as page_count,
        case when measure in ('kept_share', 'word_count') then median(amount) else avg(amount) end as amount
    from grouped_amounts
    group by site, measure, group_no
    having count(*) >= 20
)
select
    site,
    measure,
    max(page_count) filter (where group_no = 0) as page_count,
    max(amount) filter (where group_no = 0) as recent,
    quantile_cont(amount, 0.25) filter (where group_no > 0) as usual_low,
    quantile_cont(amount, 0.75) filter (where group_no > 0) as usual_high
from page_groups
group by all
having count(*) filter (where group_no > 0) >= 5 and count(*) filter (where group_no = 0) = 1;

comment on view drift is 'A site and a measure of its pages: the newest group against those of the 30 days before.';
comment on column drift.site is 'The site.';
comment on column drift.measure is
    'kept_share (of the text of an article; median), word_count (median), has_title, has_author or no_article (share).';
comment on column drift.page_count is 'Pages in a group: 20, or on a busy site as many as a day brings.';
comment on column drift.recent is 'The measure over the newest group.';
comment on column drift.usual_low is 'What it was under in a quarter of the groups before.';
comment on column drift.usual_high is 'What it was over in a quarter of the groups before.';
