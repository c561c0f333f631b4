-- One row says which entity a spelling belongs to, and why. Internal; (type, name, curated_id) is the key.
create table if not exists links (
    type varchar not null,
    name varchar not null,
    curated_id varchar,
    entity_id varchar not null,
    entity_name varchar not null,
    name_latin varchar,
    rule varchar,
    score double
);

comment on table links is 'Internal: which entity a spelling belongs to, and why.';
comment on column links.type is 'Type of the entity.';
comment on column links.name is 'The spelling, as in mentions.name.';
comment on column links.curated_id is 'As in mentions.curated_id.';
comment on column links.entity_id is 'The entity.';
comment on column links.entity_name is 'Its name to show.';
comment on column links.name_latin is 'Its name in Latin letters.';
comment on column links.rule is 'Why the spelling belongs to it.';
comment on column links.score is 'How sure that is, 0 to 1.';
