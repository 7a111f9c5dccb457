"""One exchange with an S3 endpoint, every byte of it ours to choose and to record."""
