-- A row is a word that is not of the closed list of its column.
with used as (
    select 'blocks.role' as column_name, role as word from blocks
    union
    select 'mentions.type', type from mentions
    union
    select 'files.status', status from files
    union
    select 'files.error_code', error_code from files
    union
    select 'files.error_code', error_code from records
    union
    select 'articles.published_precision', published_precision from articles
    union
    select 'article_versions.change', change from article_versions
    union
    select 'site_templates.status', status from site_templates
    union
    select 'site_templates.role', role from site_templates
),
allowed as (
    select 'blocks.role' as column_name, unnest(string_split(
        'title standfirst body subhead dateline byline author_bio date kicker site_header share image_credit caption'
        || ' also_read related comment_prompt comment keywords seo_tag source_credit promo label blank other', ' '
    )) as word
    union all
    select 'mentions.type', unnest(['PERSON', 'ORG', 'LOC', 'EVENT', 'FACILITY', 'PRODUCT', 'PROJECT'])
    union all
    select 'files.status', unnest(['loaded', 'quarantined', 'deleted'])
    union all
    select 'files.error_code', unnest(string_split(
        'empty undecodable not_text legacy_font too_large bad_archive bad_record unreadable outside_raw no_article'
        || ' failed', ' '
    ))
    union all
    select 'articles.published_precision', unnest(['day', 'minute'])
    union all
    select 'article_versions.change', unnest(['created', 'changed', 'recleaned', 'deleted'])
    union all
    select 'site_templates.status', unnest(['proposed', 'accepted', 'refused'])
    union all
    select 'site_templates.role', unnest(['site_header', 'other'])
)
select used.column_name, used.word
from used
anti join allowed using (column_name, word)
where used.word is not null
