-- question: When and where did a name first appear, and in which spelling?
-- प्रश्न: कोई नाम पहली बार कब, किस साइट पर और किस वर्तनी में आया?
-- set name = भारत
-- set limit = 10
-- One row is a spelling of an entity of that name, with the first dated article that prints it.
with wanted as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
),
printed as (
    select
        mentions.entity_id,
        mentions.surface,
        articles.published_at,
        articles.published_on,
        articles.site,
        articles.title,
        articles.source_path,
        articles.source_record
    from mentions
    semi join wanted using (entity_id)
    join articles using (article_id)
    where articles.published_at is not null
),
firsts as (
    select *
    from printed
    qualify row_number() over (partition by entity_id, surface order by published_at, source_path, source_record) = 1
)
select
    entities.name,
    firsts.surface as spelling,
    firsts.published_on,
    firsts.site,
    firsts.title,
    firsts.source_path
from firsts
join entities using (entity_id)
order by firsts.published_at, entities.entity_id, firsts.surface
limit $limit::bigint
