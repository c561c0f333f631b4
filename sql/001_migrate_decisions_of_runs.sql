-- One row more of meaning: a run tells which decisions of the user it acted on. Of earlier runs only the last is known.
alter table runs add column decisions_version varchar;

update runs
set decisions_version = generation.decisions_version
from generation
where generation.run_id = runs.run_id;
