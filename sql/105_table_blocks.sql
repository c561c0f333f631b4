-- One row is a span of a page's text: the ledger of what was kept and removed. In order of block_no the spans of an
-- article partition its page text. Offsets are code points of the page text, end exclusive.
create table if not exists blocks (
    article_id varchar not null,
    block_no integer not null,
    raw_start bigint not null,
    raw_end bigint not null,
    raw_text varchar not null using compression zstd,
    role varchar not null,
    is_kept boolean not null,
    paragraph_no integer,
    rule_id varchar,
    evidence varchar,
    segment_no integer,
    joins_previous boolean
);

comment on table blocks is 'A span of the text of a page: the ledger of what was kept and removed, and why.';
comment on column blocks.article_id is 'The article.';
comment on column blocks.block_no is 'Counts the blocks of an article from 0.';
comment on column blocks.raw_start is 'Start in the page text, in code points.';
comment on column blocks.raw_end is 'End in the page text, in code points, exclusive.';
comment on column blocks.raw_text is 'The text of the span, as the page has it.';
comment on column blocks.role is 'What the span is: body, byline, share and so on.';
comment on column blocks.is_kept is 'Whether it is part of the body of the article.';
comment on column blocks.paragraph_no is 'Paragraph of the body that it is part of; NULL if removed.';
comment on column blocks.rule_id is 'The rule that gave the role.';
comment on column blocks.evidence is 'What the rule saw.';
comment on column blocks.segment_no is 'The line or page element that the block was cut from.';
comment on column blocks.joins_previous is 'Continues the paragraph of the block before.';
