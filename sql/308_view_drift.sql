-- One row is a site and a measure of its pages: the newest group of them against the groups of the 30 days before. A
-- group is 20 pages, on a busy site as many as a day brings; on a slow one the newest 120 pages count, however old.
-- Sites with fewer than six groups have no rows. Articles go by their own date; the share of pages that hold none,
-- which have no date, by when files came. Pages of one time are in no order that could mean anything.
create or replace view drift as
with article_shares as (
    select
        article_id,
        sum(raw_end - raw_start) filter (where is_kept) / sum(raw_end - raw_start) as kept_share
    from blocks
    where role <> 'blank'
    group by all
),
dated_articles as (
    select
        articles.site,
        articles.published_at as dated_at,
        articles.article_id as page_id,
        coalesce(article_shares.kept_share, 0)::double as kept_share,
        (articles.title is not null)::integer::double as has_title,
        (articles.author is not null or articles.agency is not null)::integer::double as has_author,
        articles.word_count::double as word_count
    from articles
    left join article_shares using (article_id)
    -- A date that lies ahead of the last run is a slip of the page.
    where articles.published_at <= (select max(started_at) + interval 1 day from runs)
),
article_amounts as (
    unpivot dated_articles on kept_share, has_title, has_author, word_count into name measure value amount
),
file_amounts as (
    select
        files.site,
        runs.started_at as dated_at,
        files.path as page_id,
        'no_article' as measure,
        (files.error_code is not distinct from 'no_article')::integer::double as amount
    from files
    join runs on runs.run_id = files.first_run_id
    where files.status = 'loaded' or files.error_code = 'no_article'
),
amounts as (
    select site, dated_at, page_id, measure, amount from article_amounts
    union all
    select site, dated_at, page_id, measure, amount from file_amounts
),
recent_amounts as (
    select *, row_number() over (partition by site, measure order by dated_at desc, md5(page_id)) - 1 as place
    from amounts
    where site is not null
    qualify place < 120 or dated_at > max(dated_at) over (partition by site, measure) - interval 31 day
),
grouped_amounts as (
    select *, place // greatest(20, count(*) over (partition by site, measure) // 31) as group_no
    from recent_amounts
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
