-- A row is a block that leaves a gap, overlaps the block before, is out of order, or is not as long as its span. In
-- order of block_no, counted from 0, the blocks of an article partition its page text (promise 1). Set the variables
-- run_id to look at one run only, from_id and below_id to look at articles from one id up to another.
with checked as (
    select article_id
    from articles
    where
        run_id = coalesce(getvariable('run_id'), run_id)
        and article_id >= coalesce(getvariable('from_id'), '')
        and article_id < coalesce(getvariable('below_id'), '~')
),
neighbours as (
    select
        article_id,
        block_no,
        raw_start,
        raw_end,
        length(raw_text) as text_length,
        lag(block_no, 1, -1) over article_blocks as previous_no,
        lag(raw_end, 1, 0) over article_blocks as previous_end
    from blocks
    semi join checked using (article_id)
    window article_blocks as (partition by article_id order by block_no)
)
select *
from neighbours
where
    block_no <> previous_no + 1
    or raw_start <> previous_end
    or raw_end <= raw_start
    or text_length <> raw_end - raw_start
