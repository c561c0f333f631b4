-- One row is an article, with what its page says about it.
select
    article_id,
    title,
    site,
    source_path,
    source_record,
    url,
    language,
    author,
    agency,
    dateline_place,
    published_on,
    published_at_rule,
    strftime(updated_at, '%-d %B %Y, %H:%M') as updated_at,
    page_date,
    strftime(fetched_at, '%-d %B %Y, %H:%M') as fetched_at,
    word_count
from articles
where article_id = $article
