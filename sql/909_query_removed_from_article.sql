-- question: What was removed from an article, and by which rule?
-- प्रश्न: किसी ख़बर से क्या हटाया गया, और किस नियम से?
-- set article = %
-- set limit = 100
-- One row is a span that is not part of the body; `article` is its id or a part of its path with %.
with wanted as (
    -- No more articles than rows are asked for, each with one at least: without it all would be sorted with their text.
    select article_id, source_path, source_record
    from articles
    semi join (select article_id from blocks where not is_kept and role <> 'blank') as removed using (article_id)
    where article_id = $article or source_path like $article
    order by source_path, source_record
    limit $limit::bigint
)
select
    wanted.source_path,
    blocks.block_no,
    blocks.role,
    blocks.rule_id,
    blocks.evidence,
    trim(regexp_replace(blocks.raw_text, '\s+', ' ', 'g')) as removed_text
from blocks
join wanted using (article_id)
where not blocks.is_kept and blocks.role <> 'blank'
order by wanted.source_path, wanted.source_record, blocks.block_no
limit $limit::bigint
