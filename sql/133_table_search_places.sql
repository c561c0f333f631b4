-- One row is a word in an article, and where it stands. Most rows are sorted by word_no, so that a word is found
-- without reading the table; those of articles that came since are at its end.
create table if not exists search_places (
    word_no integer not null,
    article_no integer not null,
    title_count integer not null,
    body_count integer not null,
    positions integer[] not null
);

comment on table search_places is 'A word in an article.';
comment on column search_places.word_no is 'The word, as in search_words.';
comment on column search_places.article_no is 'The article, as in search_articles.';
comment on column search_places.title_count is 'How often it stands in the title.';
comment on column search_places.body_count is 'How often it stands in the body.';
comment on column search_places.positions is
    'Its places, counted in words: the title from 0, then the paragraphs, with one left out between two.';
