"""Exchanges with an S3 endpoint, with control over every byte, which is also recorded."""
