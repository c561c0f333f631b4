-- One row is a spelling that identity was last resolved from: current after every run. Internal;
-- (type, name, curated_id) is the key.
create table if not exists resolved_spellings (
    type varchar not null,
    name varchar not null,
    curated_id varchar,
    mention_count bigint not null,
    keys varchar[] not null
);

comment on table resolved_spellings is 'Internal: the spellings that identity was last resolved from.';
comment on column resolved_spellings.type is 'Type of the entity.';
comment on column resolved_spellings.name is 'The spelling, as in mentions.name.';
comment on column resolved_spellings.curated_id is 'As in mentions.curated_id.';
comment on column resolved_spellings.mention_count is 'Mentions with this spelling.';
comment on column resolved_spellings.keys is 'Two spellings can become one entity only by way of keys that they share.';
