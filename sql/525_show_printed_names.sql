-- One row is a way to print a spelling that decisions act on, and how often it is printed so.
select type, name, curated_id, surface, count(*) as mention_count
from mentions
group by all
order by all
