-- A row is a mention whose span of the page text does not hold the letters of its surface, once white space, characters
-- that can't be seen and quote marks are set aside (promise 3).
-- Set the variables run_id to look at one run only, from_id and below_id at articles from one id up to another.
with checked as (
    select mentions.mention_id, mentions.article_id, mentions.surface, mentions.raw_start, mentions.raw_end
    from mentions
    join articles using (article_id)
    where
        articles.run_id = coalesce(getvariable('run_id'), articles.run_id)
        and articles.article_id >= coalesce(getvariable('from_id'), '')
        and articles.article_id < coalesce(getvariable('below_id'), '~')
),
pieces as (
    select
        checked.mention_id,
        blocks.block_no,
        substr(
            blocks.raw_text,
            greatest(checked.raw_start - blocks.raw_start, 0) + 1,
            least(checked.raw_end, blocks.raw_end) - greatest(checked.raw_start, blocks.raw_start)
        ) as text
    from checked
    join blocks
        on checked.article_id = blocks.article_id
        and checked.raw_start < blocks.raw_end
        and checked.raw_end > blocks.raw_start
),
raw_surfaces as (
    select mention_id, string_agg(text, '' order by block_no) as raw_surface from pieces group by all
),
different as (
    select checked.mention_id, checked.article_id, checked.surface, raw_surfaces.raw_surface
    from checked
    left join raw_surfaces using (mention_id)
    where checked.surface is distinct from raw_surfaces.raw_surface
),
sides as (
    select mention_id, article_id, surface, surface as text from different
    union all
    select mention_id, article_id, surface, raw_surface from different
),
letters as (
    select
        mention_id,
        article_id,
        surface,
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
select mention_id, article_id, surface
from letters
group by all
having count(letters) < 2 or min(letters) <> max(letters)
