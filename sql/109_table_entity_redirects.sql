-- One row is an entity id that is no longer in use, and the entity that now holds most of its mentions.
create table if not exists entity_redirects (
    old_id varchar not null,
    entity_id varchar not null,
    run_id varchar not null
);

comment on table entity_redirects is 'An entity id that joined another or parted.';
comment on column entity_redirects.old_id is 'The id that is no longer in use.';
comment on column entity_redirects.entity_id is 'The current entity that holds most of its mentions.';
comment on column entity_redirects.run_id is 'The run in which it happened.';
