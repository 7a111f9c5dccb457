"""From a record to findings: each one defect of a target, with the tests that show it. Pure."""
