"""Runs scenarios against an endpoint and judges what comes back; knows nothing of pytest."""
