-- question: How do the sites differ on a person or a country?
-- प्रश्न: किसी व्यक्ति या देश पर अलग-अलग साइटें कितना लिखती हैं?
-- set name = भारत
-- One row is a site and an entity of that name. rest_share is the share of articles on all other sites together.
with wanted as (
    select entity_id from entities where $name in (entity_id, name, name_latin)
    union
    select entity_id from entity_aliases where alias = $name
),
site_sizes as (
    select site, count(*) as site_article_count from articles group by all
),
site_entities as (
    select
        site_sizes.site,
        site_sizes.site_article_count,
        entities.name,
        entities.type,
        wanted.entity_id,
        coalesce(entities_by_site.article_count, 0) as article_count,
        coalesce(entities_by_site.mention_count, 0) as mention_count
    from site_sizes
    cross join wanted
    join entities on wanted.entity_id = entities.entity_id
    left join entities_by_site
        on wanted.entity_id = entities_by_site.entity_id
        and site_sizes.site is not distinct from entities_by_site.site
),
totals as (
    select entity_id, sum(article_count) as article_count, sum(site_article_count) as site_article_count
    from site_entities
    group by all
)
select
    site_entities.site,
    site_entities.name,
    site_entities.type,
    site_entities.article_count,
    site_entities.mention_count,
    round(site_entities.article_count / site_entities.site_article_count, 3) as article_share,
    round(
        (totals.article_count - site_entities.article_count)
        / nullif(totals.site_article_count - site_entities.site_article_count, 0),
        3
    ) as rest_share
from site_entities
join totals using (entity_id)
order by article_share desc, site_entities.site, site_entities.entity_id
