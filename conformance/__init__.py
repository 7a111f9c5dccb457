"""s3-conformance: which documented rules of the S3 multipart-upload API does an endpoint break?"""

__version__ = "0.1.0"
