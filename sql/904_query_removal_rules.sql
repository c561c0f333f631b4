-- question: Which rules remove most of the text of a site?
-- प्रश्न: किसी साइट के पन्नों से कौन-से नियम सबसे ज़्यादा पाठ हटाते हैं?
-- set site = %
-- set limit = 30
-- One row is a rule on a site. % stands for any site. Characters are code points.
select
    site,
    role,
    rule_id,
    block_count,
    article_count,
    character_count,
    round(100 * character_share, 1) as percent_of_site
from removed_text
where coalesce(site, '') like $site
order by character_count desc, site, rule_id
limit $limit::bigint
