"""Starts the servers we know, on loopback, and stops them for certain."""
