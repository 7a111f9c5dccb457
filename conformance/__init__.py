"""Tells which documented rules of the S3 multipart-upload API an endpoint breaks."""

__version__ = "0.1.0"
