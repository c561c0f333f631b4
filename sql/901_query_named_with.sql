-- question: Who is named in the same articles as a person, and since when?
-- प्रश्न: किसी व्यक्ति के साथ एक ही ख़बर में किन-किन का नाम आता है, और कब से?
-- set name = भारत
-- set limit = 20
-- One row is another entity; copies of the same text count once.
with wanted as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
)
select
    entities_together.name,
    entities_together.other_name,
    entities_together.other_type,
    entities_together.article_count,
    (entities_together.first_seen_at at time zone 'Asia/Kolkata')::date as first_seen_on,
    (entities_together.last_seen_at at time zone 'Asia/Kolkata')::date as last_seen_on
from entities_together
semi join wanted using (entity_id)
order by entities_together.article_count desc, entities_together.other_name, entities_together.other_entity_id
limit $limit::bigint
