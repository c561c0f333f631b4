-- A row is a paragraph of a body that differs from the kept blocks of that paragraph, once white space, characters that
-- can't be seen and quote marks are set aside (promise 2).
-- Set the variables run_id to look at one run only, from_id and below_id at articles from one id up to another.
with checked as (
    select article_id, body
    from articles
    where
        run_id = coalesce(getvariable('run_id'), run_id)
        and article_id >= coalesce(getvariable('from_id'), '')
        and article_id < coalesce(getvariable('below_id'), '~')
),
body_paragraphs as (
    select article_id, unnest(paragraphs) as text, generate_subscripts(paragraphs, 1) as paragraph
    from (select article_id, string_split(body, chr(10) || chr(10)) as paragraphs from checked)
),
block_paragraphs as (
    select
        blocks.article_id,
        string_agg(trim(blocks.raw_text, ' ' || chr(9) || chr(10) || chr(13)), ' ' order by blocks.block_no) as text,
        row_number() over (partition by blocks.article_id order by blocks.paragraph_no) as paragraph
    from blocks
    semi join checked using (article_id)
    where blocks.is_kept and blocks.role <> 'blank'
    group by blocks.article_id, blocks.paragraph_no
),
different as (
    select article_id, paragraph, body_paragraphs.text as body_text, block_paragraphs.text as blocks_text
    from body_paragraphs
    full outer join block_paragraphs using (article_id, paragraph)
    where body_paragraphs.text is distinct from block_paragraphs.text
),
sides as (
    select article_id, paragraph, 'body' as side, body_text as text from different
    union all
    select article_id, paragraph, 'blocks', blocks_text from different
),
letters as (
    select
        article_id,
        paragraph,
        side,
        text,
        nfc_normalize(
            regexp_replace(
                text,
                '[\s\p{Z}\p{Cc}\p{Cf}\x{FFF9}-\x{FFFC}\x{13430}-\x{1343F}\x{1BCA0}-\x{1BCA3}\x{E0000}-\x{E007F}'
                || '"''`\x{B4}\x{AB}\x{BB}\x{2B9}-\x{2BD}\x{2EE}\x{374}\x{1FEF}\x{1FFD}\x{2018}-\x{201F}'
                || '\x{2032}-\x{2037}\x{2039}\x{203A}\x{275B}-\x{275E}\x{301D}-\x{301F}\x{FF02}\x{FF07}]',
                '',
                'g'
            )
        ) as letters
    from sides
)
select article_id, paragraph, min(text) filter (side = 'body') as body_text
from letters
group by all
having count(letters) < 2 or min(letters) <> max(letters)
