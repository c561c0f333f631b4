-- One row is a version of an article, the current one first. Texts are cut at $limit code points.
select
    version,
    change,
    strftime(valid_from, '%-d %B %Y, %H:%M') as valid_from,
    strftime(valid_to, '%-d %B %Y, %H:%M') as valid_to,
    title,
    left(body, $limit) as body
from article_versions
where article_id = $article
order by version desc
limit 20
