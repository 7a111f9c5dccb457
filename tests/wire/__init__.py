"""Tests of the wire: what goes out is read by independent code, what comes back is scripted."""
