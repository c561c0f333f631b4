-- The tables of version 1, as they were: what a file of that version holds. Never changed again.

create table runs (
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
    files_quarantined bigint not null
);

create table files (
    path varchar not null,
    site varchar,
    format varchar,
    encoding varchar,
    size_bytes bigint,
    sha256 varchar,
    status varchar not null,
    error_code varchar,
    error_message varchar,
    first_run_id varchar not null,
    last_run_id varchar not null,
    sidecar_sha256 varchar,
    stat_key varchar,
    is_settled boolean
);

create table articles (
    article_id varchar not null,
    source_path varchar not null,
    source_record bigint not null,
    site varchar,
    url varchar,
    language varchar,
    title varchar,
    author varchar,
    agency varchar,
    dateline_place varchar,
    published_at timestamptz,
    published_on date,
    published_precision varchar,
    published_at_rule varchar,
    updated_at timestamptz,
    page_date date,
    fetched_at timestamptz,
    body varchar not null,
    word_count bigint not null,
    content_sha256 varchar not null,
    run_id varchar not null,
    rules_version varchar not null
);

create table article_versions (
    article_id varchar not null,
    version integer not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    change varchar not null,
    title varchar,
    body varchar
);

create table blocks (
    article_id varchar not null,
    block_no integer not null,
    raw_start bigint not null,
    raw_end bigint not null,
    raw_text varchar not null,
    role varchar not null,
    is_kept boolean not null,
    paragraph_no integer,
    rule_id varchar,
    evidence varchar,
    segment_no integer,
    joins_previous boolean
);

create table site_templates (
    site varchar not null,
    pattern varchar not null,
    role varchar not null,
    article_count bigint not null,
    first_seen_at timestamptz,
    last_seen_at timestamptz,
    status varchar not null,
    zone varchar
);

create table entities (
    entity_id varchar not null,
    type varchar not null,
    name varchar not null,
    name_latin varchar,
    article_count bigint not null,
    mention_count bigint not null,
    first_seen_at timestamptz,
    last_seen_at timestamptz
);

create table entity_aliases (
    entity_id varchar not null,
    alias varchar not null,
    script varchar not null,
    rule varchar,
    score double,
    mention_count bigint not null
);

create table entity_redirects (
    old_id varchar not null,
    entity_id varchar not null,
    run_id varchar not null
);

create table mentions (
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

create table generation (
    schema_version integer not null,
    rules_version varchar,
    run_id varchar,
    decisions_version varchar
);

create table pages (
    article_id varchar not null,
    source_path varchar not null,
    site varchar
);

create table page_lines (
    article_id varchar not null,
    site varchar not null,
    pattern varchar not null,
    zone varchar not null
);

create table page_prose (
    article_id varchar not null,
    site varchar not null,
    prose_key ubigint not null
);

create table applied_templates (
    site varchar not null,
    pattern varchar not null,
    role varchar not null
);

create table links (
    type varchar not null,
    name varchar not null,
    curated_id varchar,
    entity_id varchar not null,
    entity_name varchar not null,
    name_latin varchar,
    rule varchar,
    score double
);
