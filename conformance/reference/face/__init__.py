"""The HTTP(S) face of the reference: sockets, framing, addressing and signatures; no S3 rules."""
