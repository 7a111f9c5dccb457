"""Real clients as a check: their programs, a proxy that records them, and their lines in a record.

Each client is a folder below ``programs``: a manifest, and one program that prints a JSON line a
step. They are package data: nothing here imports them, and what they need is installed on demand
into a cache folder.
"""
