-- One row is an article whose headline or path holds some words, the newest first. % as a site stands for any.
select article_id, coalesce(title, source_path) as title, site, published_on, word_count
from articles
where
    ($site = '%' or coalesce(site, '') = $site)
    and ($words = '' or contains(lower(coalesce(title, '')), lower($words)) or contains(source_path, $words))
order by published_at desc nulls last, source_path, source_record
limit $limit offset $skip
