"""The compatibility site: static pages from records, for people who choose a server."""
