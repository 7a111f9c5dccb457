"""S3's service model against the catalogue: what is sent, what is asserted, what is new."""
