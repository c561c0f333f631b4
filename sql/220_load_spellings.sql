-- One row is a spelling of current mentions, or one that the last run knew: as often as mentions have it now (0: it is
-- gone), as often as they had it then, and its keys; null where it is new. With other rules or decisions nothing of the
-- last run holds. A query, for the step that resolves identity.
with current_spellings as (
    select type, name, curated_id, count(*) as mention_count from mentions group by all
),
known_spellings as (
    select resolved_spellings.*
    from resolved_spellings
    semi join generation
        on generation.rules_version = getvariable('rules_version')
        and generation.decisions_version = getvariable('decisions_version')
)
select
    coalesce(current_spellings.type, known_spellings.type) as type,
    coalesce(current_spellings.name, known_spellings.name) as name,
    coalesce(current_spellings.curated_id, known_spellings.curated_id) as curated_id,
    coalesce(current_spellings.mention_count, 0) as mention_count,
    known_spellings.mention_count as known_count,
    known_spellings.keys
from current_spellings
full outer join known_spellings
    on current_spellings.type = known_spellings.type
    and current_spellings.name = known_spellings.name
    and current_spellings.curated_id is not distinct from known_spellings.curated_id
order by all
