"""The fixed part of a reproducing script: what of it a script needs is copied into it.

The modules import nothing but Python's standard library and one another.
"""
