-- One row is this file: what wrote it. Internal; there is exactly one row.
create table if not exists generation (
    schema_version integer not null,
    rules_version varchar,
    run_id varchar,
    decisions_version varchar
);

comment on table generation is 'Internal: the version of the tables, the rules and the run of this file.';
comment on column generation.schema_version is 'Version of the tables; a program reads its own and older ones.';
comment on column generation.rules_version is 'Rules of the run that wrote this file.';
comment on column generation.run_id is 'The run that wrote this file.';
comment on column generation.decisions_version is 'Hash of the decisions of the user that the run acted on.';
