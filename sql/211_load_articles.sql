-- Loads the articles from one id up to another that this run read (variables from_id, below_id), with their blocks and
-- mentions. The rows of an article stand together and articles in the order of their ids, so that who asks for some of
-- them, or for all in turn, reads no more of the file than those. To sort all at once would take as much memory as
-- they.
insert into articles by name
select
    work_articles.*,
    getvariable('run_id') as run_id,
    getvariable('rules_version') as rules_version
from work_articles
semi join new_articles using (article_id)
where article_id >= getvariable('from_id') and article_id < getvariable('below_id')
order by article_id;

insert into blocks by name
select work_blocks.*
from work_blocks
semi join new_articles using (article_id)
where article_id >= getvariable('from_id') and article_id < getvariable('below_id')
order by article_id, block_no;

insert into mentions by name
select work_mentions.*, null::varchar as entity_id
from work_mentions
semi join new_articles using (article_id)
where article_id >= getvariable('from_id') and article_id < getvariable('below_id')
order by article_id, start_char;
