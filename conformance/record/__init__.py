"""The record of a run: JSON lines, written as it happens, the only thing that reports read."""
