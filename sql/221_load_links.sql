-- Gives every mention its entity. work_spellings are the spellings that were resolved again, gone ones among them, and
-- work_links what came of it; are_all says that nothing else holds. One row of old_links is what the previous
-- generation said of a spelling.
create or replace temp table old_links as
select type, name, curated_id, entity_id from links;

create or replace temp table old_ids as
select distinct entity_id from entities
union
select distinct entity_id from links;

create or replace temp table touched_entities as
select old_links.entity_id
from old_links
join work_spellings
    on old_links.type = work_spellings.type
    and old_links.name = work_spellings.name
    and old_links.curated_id is not distinct from work_spellings.curated_id
union
select entity_id from work_links
union
select entity_id from entities where getvariable('are_all');

delete from links
using work_spellings
where
    links.type = work_spellings.type
    and links.name = work_spellings.name
    and links.curated_id is not distinct from work_spellings.curated_id;

delete from links where getvariable('are_all');

insert into links by name select distinct * from work_links;

delete from resolved_spellings
using work_spellings
where
    resolved_spellings.type = work_spellings.type
    and resolved_spellings.name = work_spellings.name
    and resolved_spellings.curated_id is not distinct from work_spellings.curated_id;

delete from resolved_spellings where getvariable('are_all');

insert into resolved_spellings by name
select type, name, curated_id, mention_count, keys from work_spellings where mention_count > 0;

update mentions
set entity_id = links.entity_id
from links
where
    mentions.type = links.type
    and mentions.name = links.name
    and mentions.curated_id is not distinct from links.curated_id
    and mentions.entity_id is distinct from links.entity_id;

-- Of the same mentions the dates may be others.
insert into touched_entities
select distinct mentions.entity_id
from mentions
semi join articles on mentions.article_id = articles.article_id and articles.run_id = getvariable('run_id')
anti join touched_entities on mentions.entity_id = touched_entities.entity_id
where mentions.entity_id is not null;
