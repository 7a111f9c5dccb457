"""Operations on buckets, and on sub-resources of buckets and objects."""
