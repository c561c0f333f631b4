"""The learned recogniser: pieces of text, what the tables know of them, and a network in numpy."""
