"""JSON Schemas of the spec files, for editors."""
