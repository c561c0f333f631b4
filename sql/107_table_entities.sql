-- One row is a real-world thing that a current article names.
create table if not exists entities (
    entity_id varchar not null,
    type varchar not null,
    name varchar not null,
    name_latin varchar,
    article_count bigint not null,
    mention_count bigint not null,
    first_seen_at timestamptz,
    last_seen_at timestamptz
);

comment on table entities is 'A real-world thing that articles name.';
comment on column entities.entity_id is 'Id of the alias table, or a hash of type and smallest spelling.';
comment on column entities.type is 'PERSON, ORG, LOC, EVENT, FACILITY, PRODUCT or PROJECT.';
comment on column entities.name is 'Name to show: in Devanagari where it was seen.';
comment on column entities.name_latin is 'Name in Latin letters; NULL if unknown.';
comment on column entities.article_count is 'Articles that name it.';
comment on column entities.mention_count is 'Mentions of it.';
comment on column entities.first_seen_at is 'Earliest publication among its articles; NULL if none is dated.';
comment on column entities.last_seen_at is 'Latest publication among its articles; NULL if none is dated.';
