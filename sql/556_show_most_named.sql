-- One row is an entity, the one that most articles name first. % as a type stands for any.
select entity_id, type, name, name_latin, article_count, mention_count
from entities
where $type = '%' or type = $type
order by article_count desc, mention_count desc, entity_id
limit $limit
