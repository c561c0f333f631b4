-- One row is a column of a table or view that people ask, with what it means; the tables first.
with described as (
    select table_name, comment, 0 as place
    from duckdb_tables()
    where database_name = current_database()
    union all
    select view_name, comment, 1
    from duckdb_views()
    where database_name = current_database() and not internal
)
select
    described.table_name,
    described.comment as table_comment,
    duckdb_columns.column_name,
    lower(duckdb_columns.data_type) as data_type,
    duckdb_columns.comment
from described
join duckdb_columns() as duckdb_columns using (table_name)
where duckdb_columns.database_name = current_database() and described.comment not like 'Internal%'
order by described.place, described.table_name, duckdb_columns.column_index
