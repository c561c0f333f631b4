-- One row is a site template that the loaded articles were cleaned with. Internal; against it site_templates shows
-- which articles have to be cleaned again.
create table if not exists applied_templates (
    site varchar not null,
    pattern varchar not null,
    role varchar not null
);

comment on table applied_templates is 'Internal: the site templates that the loaded articles were cleaned with.';
comment on column applied_templates.site is 'The site.';
comment on column applied_templates.pattern is 'The line with digits, dates and names masked.';
comment on column applied_templates.role is 'The role that it gave.';
