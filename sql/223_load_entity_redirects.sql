-- Sends every id that is no longer in use to the entity that now holds most of the mentions of its spellings. Older
-- redirects follow; one whose target is gone for good, or whose id is in use again, ends.
create or replace temp table new_redirects as
with gone_ids as (
    select entity_id as old_id from old_ids anti join entities using (entity_id)
),
moved as (
    select gone_ids.old_id, links.entity_id, sum(resolved_spellings.mention_count) as mention_count
    from gone_ids
    join old_links on gone_ids.old_id = old_links.entity_id
    join links
        on old_links.type = links.type
        and old_links.name = links.name
        and old_links.curated_id is not distinct from links.curated_id
    join resolved_spellings
        on old_links.type = resolved_spellings.type
        and old_links.name = resolved_spellings.name
        and old_links.curated_id is not distinct from resolved_spellings.curated_id
    group by all
)
select old_id, arg_min(entity_id, (-mention_count, entity_id)) as entity_id, getvariable('run_id') as run_id
from moved
group by all;

update entity_redirects
set entity_id = new_redirects.entity_id
from new_redirects
where entity_redirects.entity_id = new_redirects.old_id;

insert into entity_redirects by name
select * from new_redirects
where old_id not in (select old_id from entity_redirects);

delete from entity_redirects
where
    old_id in (select entity_id from entities)
    or entity_id not in (select entity_id from entities);
