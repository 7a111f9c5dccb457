"""Runs scenarios against an endpoint and checks the answers; independent of pytest."""
