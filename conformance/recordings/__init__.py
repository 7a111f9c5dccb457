"""Recorded answers of Amazon S3, sent again to an endpoint and compared answer by answer."""
