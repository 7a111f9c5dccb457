"""What the endpoint knows: messages, names, buckets, uploads, keys. It imports no other part."""
