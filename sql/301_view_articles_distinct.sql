-- One row is an article, copies of the same text counted once: the one that was published first stands for all.
-- Columns as in `articles`; copy_count is the number of articles with this text, itself included.
create or replace view articles_distinct as
with copies as (
    select
        article_id,
        count(*) over (partition by content_sha256) as copy_count,
        row_number() over (partition by content_sha256 order by published_at nulls last, article_id) as copy_no
    from articles
)
select articles.*, copies.copy_count
from articles
join copies using (article_id)
where copies.copy_no = 1;

comment on view articles_distinct is 'An article, copies of the same text counted once.';
comment on column articles_distinct.article_id is 'Hash of source_path and source_record: the same for ever.';
comment on column articles_distinct.source_path is 'The raw file it comes from, as in files.path.';
comment on column articles_distinct.source_record is 'Number of the record in that file; 0 for a file of one document.';
comment on column articles_distinct.site is 'Folder, URL or sidecar name of the site; NULL if unknown.';
comment on column articles_distinct.url is 'Address of the page; NULL if unknown.';
comment on column articles_distinct.language is 'ISO 639-1 code of the body.';
comment on column articles_distinct.title is 'Headline.';
comment on column articles_distinct.author is 'Names of the authors, joined by a comma and a space.';
comment on column articles_distinct.agency is 'News agency that is credited.';
comment on column articles_distinct.dateline_place is 'Place that the dateline names.';
comment on column articles_distinct.published_at is
    'When it was published; midnight +05:30 where the page gives only a day.';
comment on column articles_distinct.published_on is 'Calendar day of publication as the page prints it.';
comment on column articles_distinct.published_precision is 'day or minute.';
comment on column articles_distinct.published_at_rule is 'The rule that found the date.';
comment on column articles_distinct.updated_at is 'When the page says that it was last changed.';
comment on column articles_distinct.page_date is 'A date of the page, not of the article: that of a masthead.';
comment on column articles_distinct.fetched_at is 'When the page was fetched, as its sidecar says.';
comment on column articles_distinct.body is
    'Cleaned text: standfirst, body and subheads; two newlines between paragraphs.';
comment on column articles_distinct.word_count is 'Words in body.';
comment on column articles_distinct.content_sha256 is 'SHA-256 of the text: equal for copies.';
comment on column articles_distinct.run_id is 'The run that last worked on it.';
comment on column articles_distinct.rules_version is 'The rules that it was cleaned with.';
comment on column articles_distinct.copy_count is 'Articles with this text, this one included.';
