"""Tests of the reference's core model, on the service itself: no sockets, no clock."""
