-- One row is a run that published this warehouse or one of its earlier generations. Counts are files under raw/.
create table if not exists runs (
    run_id varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    status varchar not null,
    code_version varchar,
    rules_version varchar,
    files_new bigint not null,
    files_changed bigint not null,
    files_unchanged bigint not null,
    files_deleted bigint not null,
    files_quarantined bigint not null,
    decisions_version varchar
);

comment on table runs is 'A run that published. Attempts that failed or had nothing to do are in .khabar/runs.jsonl.';
comment on column runs.run_id is 'Name of the run; articles and files refer to it.';
comment on column runs.started_at is 'When the run began.';
comment on column runs.finished_at is 'When its content was complete, just before it was published.';
comment on column runs.status is 'published.';
comment on column runs.code_version is 'Version of Khabar that ran.';
comment on column runs.rules_version is 'Hash of the rules, models, aliases, relevant settings and code of the steps.';
comment on column runs.files_new is 'Files seen for the first time.';
comment on column runs.files_changed is 'Files whose bytes differ from the last time.';
comment on column runs.files_unchanged is 'Files that were left as they were.';
comment on column runs.files_deleted is 'Files that are no longer there.';
comment on column runs.files_quarantined is 'Files that could not be used in this run.';
comment on column runs.decisions_version is 'Hash of the decisions of the user that the run acted on; NULL if unknown.';
