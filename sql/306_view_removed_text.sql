-- One row is a rule that removed text on a site: how much, and which share of the text of the site. Blank lines are
-- not counted. Characters are code points. Blocks are summed by article first: it takes half the time.
create or replace view removed_text as
with article_rules as (
    select
        article_id,
        role,
        rule_id,
        count(*) as block_count,
        sum(raw_end - raw_start) as character_count
    from blocks
    where role <> 'blank' and not is_kept
    group by all
),
article_sizes as (
    select article_id, sum(raw_end - raw_start) as character_count from blocks where role <> 'blank' group by all
),
site_sizes as (
    select articles.site, sum(article_sizes.character_count)::bigint as character_count
    from article_sizes
    join articles using (article_id)
    group by all
),
removed as (
    select
        articles.site,
        article_rules.role,
        article_rules.rule_id,
        sum(article_rules.block_count)::bigint as block_count,
        count(*) as article_count,
        sum(article_rules.character_count)::bigint as character_count
    from article_rules
    join articles using (article_id)
    group by all
)
select
    removed.site,
    removed.role,
    removed.rule_id,
    removed.block_count,
    removed.article_count,
    removed.character_count,
    removed.character_count / site_sizes.character_count as character_share
from removed
join site_sizes on removed.site is not distinct from site_sizes.site;

comment on view removed_text is 'A rule that removed text on a site, and how much.';
comment on column removed_text.site is 'The site; NULL for articles without one.';
comment on column removed_text.role is 'What the rule took the text for.';
comment on column removed_text.rule_id is 'The rule.';
comment on column removed_text.block_count is 'Spans that it removed.';
comment on column removed_text.article_count is 'Articles that it removed something from.';
comment on column removed_text.character_count is 'Code points that it removed.';
comment on column removed_text.character_share is 'character_count as a share of all text of the site, 0 to 1.';
