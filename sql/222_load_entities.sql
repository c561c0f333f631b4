-- Makes the entities that this run touched, and their spellings, anew from all their mentions.
delete from entities where entity_id in (select entity_id from touched_entities);

insert into entities by name
with entity_names as (
    select
        entity_id,
        min(type) as type,
        min(entity_name) as name,
        min(name_latin) as name_latin
    from links
    semi join touched_entities using (entity_id)
    group by all
),
entity_mentions as (
    select
        mentions.entity_id,
        count(distinct mentions.article_id) as article_count,
        count(*) as mention_count,
        min(articles.published_at) as first_seen_at,
        max(articles.published_at) as last_seen_at
    from mentions
    semi join touched_entities using (entity_id)
    join articles using (article_id)
    group by all
)
select * from entity_names join entity_mentions using (entity_id);

delete from entity_aliases where entity_id in (select entity_id from touched_entities);

insert into entity_aliases by name
with spellings as (
    select entity_id, surface as alias, type, name, curated_id, count(*) as mention_count
    from mentions
    semi join touched_entities using (entity_id)
    group by all
),
reasons as (
    select spellings.*, links.rule, links.score
    from spellings
    join links
        on spellings.type = links.type
        and spellings.name = links.name
        and spellings.curated_id is not distinct from links.curated_id
),
best_reasons as (
    select entity_id, alias, rule, score
    from reasons
    qualify row_number() over (partition by entity_id, alias order by score desc nulls last, rule nulls last) = 1
),
alias_counts as (
    select entity_id, alias, sum(mention_count)::bigint as mention_count from spellings group by all
)
select
    entity_id,
    alias,
    case
        when regexp_matches(alias, '\p{Devanagari}') and not regexp_matches(alias, '\p{Latin}') then 'Deva'
        when regexp_matches(alias, '\p{Latin}') and not regexp_matches(alias, '\p{Devanagari}') then 'Latn'
        else 'Zyyy'
    end as script,
    rule,
    score,
    mention_count
from alias_counts
join best_reasons using (entity_id, alias);
