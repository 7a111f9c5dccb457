"""Findings: from records made by hand, and from those of real servers."""
