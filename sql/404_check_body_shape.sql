-- A row is an article whose body is empty or not paragraphs joined by two newlines, with one kind of space (promise 2).
-- Set the variables run_id to look at one run only, from_id and below_id at articles from one id up to another.
select article_id, source_path
from articles
where
    run_id = coalesce(getvariable('run_id'), run_id)
    and article_id >= coalesce(getvariable('from_id'), '')
    and article_id < coalesce(getvariable('below_id'), '~')
    and (
        trim(body, ' ' || chr(10)) = ''
        or regexp_matches(body, '^\s|\s$|\n\n\s|[^\n]\n[^\n]| \n|  ')
        or regexp_matches(body, '[\t\r\x0b\f\x{1C}-\x{1F}\x{85}\x{A0}\x{2000}-\x{200A}\p{Zl}\p{Zp}]')
        or body <> nfc_normalize(body)
    )
