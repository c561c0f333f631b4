-- A row is an id that stands for nothing, or a thing without the rows that it must have (promise 4).
with recorded_runs as (
    select 'articles' as table_name, run_id from articles
    union
    select 'files', first_run_id from files
    union
    select 'files', last_run_id from files
    union
    select 'entity_redirects', run_id from entity_redirects
    union
    select 'generation', run_id from generation
)
select 'article_id of blocks' as what, article_id as id from (select distinct article_id from blocks)
anti join articles using (article_id)
union all
select 'article_id of mentions', article_id from (select distinct article_id from mentions)
anti join articles using (article_id)
union all
select 'article without blocks', article_id from articles
anti join blocks using (article_id)
union all
select 'mention without entity_id', mention_id from mentions where entity_id is null
union all
select 'entity_id of mentions', entity_id from (select distinct entity_id from mentions where entity_id is not null)
anti join entities using (entity_id)
union all
select 'entity_id of entity_aliases', entity_id from (select distinct entity_id from entity_aliases)
anti join entities using (entity_id)
union all
select 'entity_id of entity_redirects', entity_id from entity_redirects
anti join entities using (entity_id)
union all
select 'old_id of entity_redirects that is in use', old_id from entity_redirects
semi join entities on entity_redirects.old_id = entities.entity_id
union all
select 'entity without mention', entity_id from entities
anti join mentions using (entity_id)
union all
select 'run_id of ' || table_name, run_id from recorded_runs
anti join runs using (run_id)
