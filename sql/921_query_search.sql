-- question: Which articles hold these words, in any spelling and any form?
-- प्रश्न: ये शब्द किन ख़बरों में हैं, वर्तनी और रूप चाहे जो हो?
-- set words = भारत
-- set limit = 20
-- One row is a text that holds all of the words, copies counted once; the best match first, by BM25. `khabar search`
-- also knows names of an entity, phrases, sites and days. Folded here as the words of articles are (search_words.term).
with asked as (
    select distinct unnest(regexp_extract_all(nfc_normalize(lower($words)), '[\pL\pM\pN_\x{200c}\x{200d}]+')) as word
),
plain as (
    -- DuckDB takes matras for accents.
    select
        word,
        translate(
            translate(
                if(regexp_matches(word, '\p{Latin}'), strip_accents(word), word),
                '०१२३४५६७८९ँॅऍऩऱऴ',
                '0123456789ंेएनरळ'
            ),
            '़ः' || chr(8204) || chr(8205), -- ZWNJ, ZWJ
            ''
        ) as folded
    from asked
),
folded as (
    select
        word,
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(folded,
            'ङ्([कखगघ])', 'ं\1', 'g'),
            'ञ्([चछजझ])', 'ं\1', 'g'),
            'ण्([टठडढ])', 'ं\1', 'g'),
            'न्([कखगघचछजझटठडढतथदधशषस])', 'ं\1', 'g'),
            'म्([पफबभ])', 'ं\1', 'g') as folded
    from plain
),
terms as (
    select folded.word, search_words.term from folded join search_words on folded.word = search_words.word
    union
    select word, folded from folded
),
found as (
    select terms.word, search_places.article_no, sum(title_count) as title_count, sum(body_count) as body_count
    from (select distinct terms.word, word_no from terms join search_words using (term)) as terms
    join search_places using (word_no)
    group by all
),
corpus as (
    select count(*) as article_count, avg(body_word_count + 3 * title_word_count) as mean_size from search_articles
),
rarity as (
    select word, ln(1 + (any_value(article_count) - count(*) + 0.5) / (count(*) + 0.5)) as idf
    from found
    cross join corpus
    group by all
),
scores as (
    select
        search_articles.content_key,
        search_articles.article_id,
        -- Of decimals, for a sum of doubles depends on the order in which threads add them up.
        sum((
            idf * (body_count + 3 * title_count) * 2.2
            / (
                body_count + 3 * title_count
                + 1.2 * (0.25 + 0.75 * (body_word_count + 3 * title_word_count) / mean_size)
            )
        )::decimal(18, 9))::double as score
    from found
    join rarity using (word)
    join search_articles using (article_no)
    cross join corpus
    group by all
    having count(*) = (select count(*) from asked)
)
select
    round(scores.score, 3) as score,
    articles.published_on,
    articles.site,
    articles.title,
    articles.article_id
from scores
join articles using (article_id)
qualify row_number() over (partition by content_key order by published_at nulls last, article_id) = 1
order by scores.score desc, articles.published_at desc nulls last, articles.article_id
limit $limit::bigint
