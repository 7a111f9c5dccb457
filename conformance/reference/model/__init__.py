"""The pure model: what Amazon S3 holds and how it answers, without sockets and without a clock."""
