"""The explorer: a marimo app that shows the published warehouse in a browser, read-only, offline, on loopback."""
