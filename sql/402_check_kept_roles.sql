-- A row is a block that is kept or removed against its role, or whose paragraph does not say the same. Standfirst, body
-- and subhead are kept, and blanks inside them; a blank holds no letters. Set the variable run_id to look at one run
-- only.
with checked as (
    select article_id from articles where run_id = coalesce(getvariable('run_id'), run_id)
)
select article_id, block_no, role, is_kept, paragraph_no
from blocks
semi join checked using (article_id)
where
    is_kept <> (role in ('standfirst', 'body', 'subhead')) and role <> 'blank'
    or not is_kept and paragraph_no is not null
    or is_kept and role <> 'blank' and paragraph_no is null
    or role = 'blank' and regexp_matches(raw_text, '[\p{L}\p{N}]')
