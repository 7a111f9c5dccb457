"""The reference endpoint: a faithful, strict, in-memory S3 for the multipart family."""
