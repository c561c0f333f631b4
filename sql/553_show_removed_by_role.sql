-- One row is a role of removed text: how much of all text it is. Blank lines are left out. Characters are code points.
with sizes as (
    select role, is_kept, sum(raw_end - raw_start)::bigint as character_count
    from blocks
    where role <> 'blank'
    group by all
)
select role, character_count, character_count / sum(character_count) over () as character_share
from sizes
qualify not is_kept
order by character_count desc, role
