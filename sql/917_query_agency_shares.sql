-- question: How much of a site comes from news agencies?
-- प्रश्न: किसी साइट की कितनी ख़बरें समाचार एजेंसियों से आती हैं?
-- set site = %
-- One row is an agency on a site; (own) stands for articles that credit none. % stands for any site.
with agencies as (
    select site, coalesce(agency, '(own)') as agency, count(*) as article_count
    from articles
    where coalesce(site, '') like $site
    group by all
)
select
    site,
    agency,
    article_count,
    round(100 * article_count / sum(article_count) over (partition by site), 1) as percent_of_site
from agencies
order by site, article_count desc, agency
