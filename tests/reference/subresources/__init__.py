"""Tests of the sub-resource operations of the reference endpoint."""
