-- One row is an entity that dated articles name, with the first and the last of them (of several at the same time, the
-- one with the smallest id).
create or replace view entities_seen as
with dated as (
    select distinct mentions.entity_id, articles.article_id, articles.published_at
    from mentions
    join articles using (article_id)
    where articles.published_at is not null and mentions.entity_id is not null
),
ends as (
    select
        entity_id,
        arg_min(article_id, (published_at, article_id)) as first_article_id,
        arg_min(article_id, (-epoch_us(published_at), article_id)) as last_article_id
    from dated
    group by all
)
select
    entities.entity_id,
    entities.type,
    entities.name,
    entities.article_count,
    entities.first_seen_at,
    first_articles.article_id as first_article_id,
    first_articles.site as first_site,
    first_articles.title as first_title,
    entities.last_seen_at,
    last_articles.article_id as last_article_id,
    last_articles.site as last_site,
    last_articles.title as last_title
from ends
join entities using (entity_id)
join articles as first_articles on ends.first_article_id = first_articles.article_id
join articles as last_articles on ends.last_article_id = last_articles.article_id;

comment on view entities_seen is 'An entity with the first and the last dated article that names it.';
comment on column entities_seen.entity_id is 'The entity.';
comment on column entities_seen.type is 'PERSON, ORG, LOC, EVENT, FACILITY, PRODUCT or PROJECT.';
comment on column entities_seen.name is 'Its name to show.';
comment on column entities_seen.article_count is 'Articles that name it, undated ones included.';
comment on column entities_seen.first_seen_at is 'Earliest publication among its articles.';
comment on column entities_seen.first_article_id is 'The article published then.';
comment on column entities_seen.first_site is 'Site of that article; NULL if unknown.';
comment on column entities_seen.first_title is 'Headline of that article.';
comment on column entities_seen.last_seen_at is 'Latest publication among its articles.';
comment on column entities_seen.last_article_id is 'The article published then.';
comment on column entities_seen.last_site is 'Site of that article; NULL if unknown.';
comment on column entities_seen.last_title is 'Headline of that article.';
