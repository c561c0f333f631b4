-- A row is an article that a search misses or finds in vain, or a word without one or the other. An article that still
-- waits for the current rules may be older than search. Set the variable run_id to count the words of one run only.
with checked as (
    select search_articles.article_no
    from search_articles
    semi join articles
        on search_articles.article_id = articles.article_id
        and articles.run_id = coalesce(getvariable('run_id'), articles.run_id)
),
sizes as (
    select article_no, sum(title_count) as title_word_count, sum(body_count) as body_word_count
    from search_places
    semi join checked using (article_no)
    group by all
),
used_words as (
    select distinct word_no from search_places
)
select 'article that no search finds' as what, article_id as id from articles
anti join search_articles using (article_id)
where articles.rules_version in (select rules_version from generation)
union all
select 'article_id of search_articles', article_id from search_articles
anti join articles using (article_id)
union all
select 'article_id of search_articles, twice', article_id from search_articles group by all having count(*) > 1
union all
select 'article_no of search_articles, twice', article_no::varchar from search_articles group by all having count(*) > 1
union all
select 'article_no of search_places', article_no::varchar from (select distinct article_no from search_places)
anti join search_articles using (article_no)
union all
select 'word_no of search_places', word_no::varchar from used_words
anti join search_words using (word_no)
union all
select 'word without a place', min(word) from search_words
anti join used_words using (word_no)
group by word_no
union all
select 'word with several numbers', word from search_words group by word having count(distinct word_no) > 1
union all
select 'word without one spelling', word from search_words group by word having count(*) filter (is_spelling) <> 1
union all
select 'words of an article', article_id from search_articles
semi join checked using (article_no)
left join sizes using (article_no)
where
    search_articles.title_word_count <> coalesce(sizes.title_word_count, 0)
    or search_articles.body_word_count <> coalesce(sizes.body_word_count, 0)
