-- One row is a rule that removed text in a run, the greediest first, with up to three of the texts that it removed most
-- often, the longest of them cut. Characters are code points. Texts are looked for in a thousand articles and in the
-- first article of each rule: a rule always has one. row_count is the number of rows before the limit.
with run_articles as (
    select article_id from articles where run_id = $run_id
),
rule_articles as (
    select
        blocks.rule_id,
        blocks.role,
        article_id,
        count(*) as block_count,
        sum(blocks.raw_end - blocks.raw_start) as character_count
    from blocks
    semi join run_articles using (article_id)
    where not blocks.is_kept and blocks.role <> 'blank'
    group by all
),
rules as (
    select
        rule_id,
        role,
        count(*) as article_count,
        sum(block_count)::bigint as block_count,
        sum(character_count)::bigint as character_count,
        min(article_id) as first_article_id,
        count(*) over () as row_count
    from rule_articles
    group by all
    order by character_count desc, rule_id, role
    limit $limit::bigint
),
looked_at as (
    (select article_id from run_articles order by article_id limit 1000)
    union
    select first_article_id from rules
),
removed_texts as (
    select
        blocks.rule_id,
        blocks.role,
        left(trim(regexp_replace(blocks.raw_text, '\s+', ' ', 'g')), 200) as removed_text,
        count(*) as text_count
    from blocks
    semi join looked_at using (article_id)
    where not blocks.is_kept and blocks.role <> 'blank'
    group by all
),
examples as (
    select rule_id, role, list(removed_text order by text_count desc, removed_text) as removed_texts
    from (
        from removed_texts
        qualify row_number() over (partition by rule_id, role order by text_count desc, removed_text) <= 3
    )
    group by all
)
select
    rules.rule_id,
    rules.role,
    rules.article_count,
    rules.block_count,
    rules.character_count,
    examples.removed_texts,
    rules.row_count
from rules
join examples on rules.rule_id is not distinct from examples.rule_id and rules.role = examples.role
order by rules.character_count desc, rules.rule_id, rules.role
