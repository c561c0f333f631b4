"""Finds the names in one text by tables, cues and what the rest of the text says."""
