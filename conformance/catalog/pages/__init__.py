"""Reference pages in ``docs/reference``, made from the specs."""
