-- One row is a site and a measure of its articles: the newest tenth of its dated articles against all before. A site
-- that was redesigned shows here first. Only sites with at least 20 newest and 40 earlier articles have rows.
create or replace view drift as
with kept_shares as (
    select
        article_id,
        sum(raw_end - raw_start) filter (where is_kept) / sum(raw_end - raw_start) as kept_share
    from blocks
    where role <> 'blank'
    group by all
),
ranked as (
    select
        articles.site,
        percent_rank() over (partition by articles.site order by articles.published_at) > 0.9 as is_recent,
        coalesce(kept_shares.kept_share, 0) as kept_share,
        (articles.title is not null)::integer as has_title,
        (articles.author is not null or articles.agency is not null)::integer as has_author,
        articles.word_count
    from articles
    left join kept_shares using (article_id)
    where articles.published_at is not null and articles.site is not null
),
measured as (
    unpivot (
        select site, is_recent, kept_share::double as kept_share, has_title::double as has_title,
            has_author::double as has_author, word_count::double as word_count
        from ranked
    )
    on kept_share, has_title, has_author, word_count
    into name measure value amount
),
compared as (
    select
        site,
        measure,
        count(*) filter (where is_recent) as recent_count,
        count(*) filter (where not is_recent) as earlier_count,
        avg(amount) filter (where is_recent) as recent,
        avg(amount) filter (where not is_recent) as earlier
    from measured
    group by all
)
select * from compared where recent_count >= 20 and earlier_count >= 40;

comment on view drift is 'A site and a measure of its articles: the newest tenth against all before.';
comment on column drift.site is 'The site.';
comment on column drift.measure is
    'kept_share (of the text of a page), has_title, has_author (shares of articles, 0 to 1) or word_count (mean).';
comment on column drift.recent_count is 'Articles in the newest tenth.';
comment on column drift.earlier_count is 'Articles before.';
comment on column drift.recent is 'The measure over the newest tenth.';
comment on column drift.earlier is 'The measure over the articles before.';
