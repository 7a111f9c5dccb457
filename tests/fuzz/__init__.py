"""Arbitrary input, of users and of endpoints: each ends in a result or in a clear error."""
