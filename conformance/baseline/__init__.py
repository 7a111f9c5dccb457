"""The accepted deviations of a target: read, checked against a record, edited."""
