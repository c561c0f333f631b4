-- One row is a mention of an entity in a body. Offsets are code points, end exclusive.
create table if not exists mentions (
    mention_id varchar not null,
    article_id varchar not null,
    entity_id varchar,
    type varchar not null,
    surface varchar not null,
    start_char bigint not null,
    end_char bigint not null,
    raw_start bigint not null,
    raw_end bigint not null,
    sentence_no integer not null,
    is_demonym boolean not null,
    method varchar not null,
    score double,
    name varchar not null,
    curated_id varchar
);

comment on table mentions is 'A mention of an entity in the body of an article.';
comment on column mentions.mention_id is 'Id of the mention.';
comment on column mentions.article_id is 'The article.';
comment on column mentions.entity_id is 'The entity that is meant.';
comment on column mentions.type is 'PERSON, ORG, LOC, EVENT, FACILITY, PRODUCT or PROJECT.';
comment on column mentions.surface is 'The name as printed: no title, honorific or case marker.';
comment on column mentions.start_char is 'Start in body, in code points.';
comment on column mentions.end_char is 'End in body, in code points, exclusive.';
comment on column mentions.raw_start is 'Start in the page text, in code points.';
comment on column mentions.raw_end is 'End in the page text, in code points, exclusive.';
comment on column mentions.sentence_no is 'Sentence of the body that it is in.';
comment on column mentions.is_demonym is 'A word for the people of a place, standing for the place.';
comment on column mentions.method is 'How it was found: alias, cue, gazetteer, model and so on.';
comment on column mentions.score is 'How sure that is, 0 to 1.';
comment on column mentions.name is 'The fullest spelling that it stands for in its article.';
comment on column mentions.curated_id is 'Id of the alias table where that decides; else NULL.';
