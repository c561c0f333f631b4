-- One row is a word as articles print it and a term that it stands for: its spelling once folded, or a word that it may
-- be a form of. Two words belong together if they share a term.
create table if not exists search_words (
    word_no integer not null,
    word varchar not null,
    term varchar not null,
    is_spelling boolean not null
);

comment on table search_words is 'A word as articles print it, and a term that a search for it goes by.';
comment on column search_words.word_no is 'Number of the word, as in search_places; it may change with any run.';
comment on column search_words.word is 'The word as printed: हिन्दी, किताबें.';
comment on column search_words.term is 'What it stands for: हिंदी; किताबें and किताब.';
comment on column search_words.is_spelling is 'The term is the folded word itself, not what it may be a form of.';
