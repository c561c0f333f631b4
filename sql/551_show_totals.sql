-- One row is the warehouse: how much there is in it, and which days it covers. Days are calendar days of publication.
select
    (select count(*) from articles) as article_count,
    (select count(distinct site) from articles) as site_count,
    (select count(*) from entities) as entity_count,
    (select count(*) from mentions) as mention_count,
    (select count(*) from files where status = 'quarantined') as quarantined_count,
    (select min(published_on) from articles) as first_on,
    (select max(published_on) from articles) as last_on,
    (select count(*) from articles where published_on is null) as undated_count,
    (select strftime(max(finished_at), '%-d %B %Y, %H:%M') from runs) as finished_at
