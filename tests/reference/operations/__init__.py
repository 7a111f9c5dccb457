"""Tests of the operations, on the service itself: no sockets, no clock."""
