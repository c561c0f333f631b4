-- Gives every mention its entity. One row of spelling_counts is a spelling over all current mentions; one row of
-- old_links is what the previous generation said of a spelling.
create or replace temp table new_links as
select distinct * from work_links;

create or replace temp table old_links as
select type, name, curated_id, entity_id from links;

create or replace temp table old_ids as
select distinct entity_id from entities
union
select distinct entity_id from links;

create or replace temp table spelling_counts as
select type, name, curated_id, count(*) as mention_count from mentions group by all;

delete from links;
insert into links by name select * from new_links;

update mentions
set entity_id = links.entity_id
from links
where
    mentions.type = links.type
    and mentions.name = links.name
    and mentions.curated_id is not distinct from links.curated_id
    and mentions.entity_id is distinct from links.entity_id;
