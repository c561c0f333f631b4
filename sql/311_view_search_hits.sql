-- One row is a word that may be asked for and an article that holds it in any of its forms. Ask for words as articles
-- print them or as `search_words.term` has them, and add up the scores: where word in ('किताब', 'मेला') … sum(score).
-- The score is BM25 (k1 = 1.2, b = 0.75); a word of the title counts as three of the body.
create or replace view search_hits as
with corpus as (
    select count(*) as article_count, avg(body_word_count + 3 * title_word_count) as mean_size from search_articles
),
askable as (
    select word, term from search_words
    union
    select term, term from search_words
),
forms as (
    select distinct askable.word, search_words.word_no
    from askable
    join search_words using (term)
),
found as (
    select
        forms.word,
        search_places.article_no,
        sum(search_places.title_count) as title_count,
        sum(search_places.body_count) as body_count
    from forms
    join search_places using (word_no)
    group by all
),
counted as (
    select
        *,
        body_count + 3 * title_count as weighted_count,
        count(*) over (partition by word) as word_article_count
    from found
)
select
    counted.word,
    search_articles.article_id,
    counted.title_count,
    counted.body_count,
    ln(1 + (article_count - word_article_count + 0.5) / (word_article_count + 0.5))
    * weighted_count * 2.2
    / (weighted_count + 1.2 * (0.25 + 0.75 * (body_word_count + 3 * title_word_count) / mean_size)) as score
from counted
join search_articles using (article_no)
cross join corpus;

comment on view search_hits is 'A word that may be asked for and an article that holds it in any of its forms.';
comment on column search_hits.word is 'A word as articles print it, or a term of search_words.';
comment on column search_hits.article_id is 'The article.';
comment on column search_hits.title_count is 'How often it stands in the title.';
comment on column search_hits.body_count is 'How often it stands in the body.';
comment on column search_hits.score is 'How well the article answers, by BM25; add those of several words.';
