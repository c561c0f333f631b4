-- One row is a spelling of an entity, as it stands in the articles.
create table if not exists entity_aliases (
    entity_id varchar not null,
    alias varchar not null,
    script varchar not null,
    rule varchar,
    score double,
    mention_count bigint not null
);

comment on table entity_aliases is 'A spelling of an entity.';
comment on column entity_aliases.entity_id is 'The entity.';
comment on column entity_aliases.alias is 'The spelling, as articles print it.';
comment on column entity_aliases.script is 'ISO 15924 code: Deva, Latn, or Zyyy for neither or both.';
comment on column entity_aliases.rule is 'Why it was joined; the best reason if there are several.';
comment on column entity_aliases.score is 'How sure that reason is, 0 to 1.';
comment on column entity_aliases.mention_count is 'Mentions with this spelling.';
