-- question: Whom do two sites name together with a person, and how do they differ?
-- प्रश्न: दो साइटें किसी व्यक्ति के साथ किन-किन का नाम लेती हैं, और दोनों में क्या फ़र्क़ है?
-- set name = भारत
-- set one = gomtiprabhat
-- set other = yamunavarta
-- set limit = 20
-- One row is another entity, the largest difference first. A share is that of the site's articles on the person.
with wanted as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
),
site_articles as (
    select distinct articles.article_id, articles.site
    from mentions
    semi join wanted using (entity_id)
    join articles using (article_id)
    where articles.site in ($one, $other)
),
sizes as (
    select
        count(*) filter (where site = $one) as one_count,
        count(*) filter (where site = $other) as other_count
    from site_articles
),
company as (
    select
        mentions.entity_id,
        count(distinct site_articles.article_id) filter (where site_articles.site = $one) as one_articles,
        count(distinct site_articles.article_id) filter (where site_articles.site = $other) as other_articles
    from mentions
    anti join wanted using (entity_id)
    join site_articles using (article_id)
    where mentions.entity_id is not null
    group by all
)
select
    entities.name,
    entities.type,
    company.one_articles,
    company.other_articles,
    round(company.one_articles / nullif(sizes.one_count, 0), 2) as one_share,
    round(company.other_articles / nullif(sizes.other_count, 0), 2) as other_share
from company
cross join sizes
join entities using (entity_id)
order by abs(coalesce(one_share, 0) - coalesce(other_share, 0)) desc, one_articles + other_articles desc,
    entities.entity_id
limit $limit::bigint
