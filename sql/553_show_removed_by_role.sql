-- One row is a role of removed text: how much of all text it is. Blank lines are left out. Characters are code points.
with sizes as (
    select
        role,
        is_kept,
        count(*) as block_count,
        count(distinct article_id) as article_count,
        sum(raw_end - raw_start)::bigint as character_count
    from blocks
    where role <> 'blank'
    group by all
)
select
    role,
    block_count,
    article_count,
    character_count,
    character_count / sum(character_count) over () as character_share
from sizes
qualify not is_kept
order by character_count desc, role
