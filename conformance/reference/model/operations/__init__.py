"""The operations of the core model, each a tuple of named checks, an effect and a rendering."""
