"""Tests of the room `site`; the folder is not named so, since Python has a module of that name."""
