"""Operations on directory buckets, made out of the general ones."""
