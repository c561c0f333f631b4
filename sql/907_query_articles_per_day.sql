-- question: How many articles did each site publish each day?
-- प्रश्न: हर साइट ने हर दिन कितनी ख़बरें छापीं?
-- set since = 1900-01-01
-- set until = 2999-12-31
-- One row is a site on a calendar day. copies are articles whose text appeared before, on this site or another.
select
    articles.published_on,
    articles.site,
    count(*) as article_count,
    count(*) - count(articles_distinct.article_id) as copies,
    sum(articles.word_count)::bigint as word_count
from articles
left join articles_distinct using (article_id)
where articles.published_on between $since::date and $until::date
group by all
order by articles.published_on, articles.site
