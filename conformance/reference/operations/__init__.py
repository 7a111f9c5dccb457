"""The operations of S3, each an ordered list of named checks, an effect and an answer."""
