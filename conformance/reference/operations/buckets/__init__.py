"""Operations on buckets and their sub-resources."""
