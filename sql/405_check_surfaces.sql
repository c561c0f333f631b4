-- A row is a mention that does not stand in its body where it says (promise 3).
-- Set the variables run_id to look at one run only, from_id and below_id at articles from one id up to another.
select mentions.mention_id, mentions.article_id, mentions.surface, mentions.start_char, mentions.end_char
from mentions
join articles using (article_id)
where
    articles.run_id = coalesce(getvariable('run_id'), articles.run_id)
    and articles.article_id >= coalesce(getvariable('from_id'), '')
    and articles.article_id < coalesce(getvariable('below_id'), '~')
    and (
        mentions.surface = ''
        or mentions.start_char < 0
        or substr(articles.body, mentions.start_char + 1, mentions.end_char - mentions.start_char)
            is distinct from mentions.surface
    )
