"""Earlier catalogues."""
