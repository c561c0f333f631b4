-- question: What was removed from an article, and by which rule?
-- प्रश्न: किसी ख़बर से क्या हटाया गया, और किस नियम से?
-- set article = %
-- set limit = 100
-- One row is a span that is not part of the body; `article` is its id or a part of its path with %.
select
    articles.source_path,
    blocks.block_no,
    blocks.role,
    blocks.rule_id,
    blocks.evidence,
    trim(regexp_replace(blocks.raw_text, '\s+', ' ', 'g')) as removed_text
from blocks
join articles using (article_id)
where
    (articles.article_id = $article or articles.source_path like $article)
    and not blocks.is_kept
    and blocks.role <> 'blank'
order by articles.source_path, articles.source_record, blocks.block_no
limit $limit::bigint
