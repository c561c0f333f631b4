"""How a page of lines gets its roles: what `flows.steps.label` does with one page."""
