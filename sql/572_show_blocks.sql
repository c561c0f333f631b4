-- One row is a span of the page of an article, in order, up to a number of code points of the page.
select block_no, segment_no, raw_start, raw_end, raw_text, role, is_kept, rule_id, evidence
from blocks
where article_id = $article and raw_start < $limit
order by block_no
