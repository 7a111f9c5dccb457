"""Targets: profiles of endpoints, their credentials, and launchers of servers we know."""
