-- One row is an article with the number that it has in search_places, and its size in words.
create table if not exists search_articles (
    article_no integer not null,
    article_id varchar not null,
    title_word_count integer not null,
    body_word_count integer not null,
    content_key ubigint not null,
    is_merged boolean not null
);

comment on table search_articles is 'An article as search_places numbers it.';
comment on column search_articles.article_no is 'Number of the article; it may change with any run.';
comment on column search_articles.article_id is 'The article.';
comment on column search_articles.title_word_count is 'Words in the title.';
comment on column search_articles.body_word_count is 'Words in the body, as a search tells words.';
comment on column search_articles.content_key is 'Lower half of the MD5 of content_sha256: equal for copies.';
comment on column search_articles.is_merged is 'Its rows stand in the part of search_places that is sorted by word.';
