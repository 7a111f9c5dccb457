"""HTTP(S): sockets, framing, addressing and signatures; no S3 rules."""
