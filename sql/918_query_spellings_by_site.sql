-- question: How does each site spell a name?
-- प्रश्न: कौन-सी साइट किसी नाम को कैसे लिखती है?
-- set name = रूस
-- One row is a spelling of an entity of that name on a site.
with wanted as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
)
select
    articles.site,
    entities.name,
    mentions.surface as spelling,
    count(*) as mention_count,
    count(distinct mentions.article_id) as article_count
from mentions
semi join wanted using (entity_id)
join entities using (entity_id)
join articles using (article_id)
group by all
order by articles.site, entities.name, mention_count desc, spelling
