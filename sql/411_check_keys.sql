-- A row is a key that several rows of a table share. Set the variable run_id to look at the mentions of one run only.
select 'runs' as table_name, run_id as key from runs group by all having count(*) > 1
union all
select 'files', path from files group by all having count(*) > 1
union all
select 'articles', article_id from articles group by all having count(*) > 1
union all
select 'articles by source', source_path || ' ' || source_record from articles group by all having count(*) > 1
union all
select 'records', article_id from records group by all having count(*) > 1
union all
select 'site_templates', site || ' ' || pattern from site_templates group by site, pattern having count(*) > 1
union all
select 'entities', entity_id from entities group by all having count(*) > 1
union all
select 'entity_aliases', entity_id || ' ' || alias from entity_aliases group by entity_id, alias having count(*) > 1
union all
select 'entity_redirects', old_id from entity_redirects group by all having count(*) > 1
union all
select 'mentions', mentions.mention_id
from mentions
semi join articles
    on mentions.article_id = articles.article_id
    and articles.run_id = coalesce(getvariable('run_id'), articles.run_id)
group by all
having count(*) > 1
union all
select 'links', type || ' ' || name || ' ' || coalesce(curated_id, '')
from links group by type, name, curated_id having count(*) > 1
union all
select 'generation', count(*)::varchar from generation having count(*) <> 1
