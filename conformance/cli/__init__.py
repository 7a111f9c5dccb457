"""The command ``s3-conformance``."""

from conformance.cli.main import main

__all__ = ["main"]
