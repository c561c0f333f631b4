-- One row is an article, copies of the same text counted once: the one that was published first stands for all.
-- Columns as in `articles`; copy_count is the number of articles with this text, itself included.
create or replace view articles_distinct as
with copies as (
    select
        article_id,
        count(*) over (partition by content_sha256) as copy_count,
        row_number() over (partition by content_sha256 order by published_at nulls last, article_id) as copy_no
    from articles
)
select articles.*, copies.copy_count
from articles
join copies using (article_id)
where copies.copy_no = 1;

comment on view articles_distinct is 'An article, copies of the same text counted once.';
comment on column articles_distinct.copy_count is 'Articles with this text, this one included.';
