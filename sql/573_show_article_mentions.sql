-- One row is a mention in an article, by its place on the page, up to a number of code points of the page.
select
    mentions.entity_id,
    mentions.type,
    mentions.raw_start,
    mentions.raw_end,
    mentions.is_demonym,
    mentions.method,
    coalesce(entities.name, mentions.name) as name
from mentions
left join entities using (entity_id)
where mentions.article_id = $article and mentions.raw_start < $limit
order by mentions.raw_start
