-- One row is a spelling of an entity on a site, the commonest first.
select mentions.surface as spelling, count(*) as mention_count
from mentions
join articles using (article_id)
where mentions.entity_id = $entity and ($site = '%' or coalesce(articles.site, '') = $site)
group by all
order by mention_count desc, spelling
limit $limit
