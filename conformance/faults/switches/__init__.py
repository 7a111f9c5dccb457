"""The switches that plant a fault: each changes one thing, at the depth where it happens."""

from __future__ import annotations

from conformance.faults.switches.base import Operations, Ops, Step
from conformance.faults.switches.checks import Crash, Deny, Insert, Move, Replace, Spoil, Swallow
from conformance.faults.switches.effects import After, Before, Instead
from conformance.faults.switches.http import Authentication, Bytes, Framing, Incomplete
from conformance.faults.switches.messages import Ask, Refusal, Say

__all__ = [
    "After",
    "Ask",
    "Authentication",
    "Before",
    "Bytes",
    "Crash",
    "Deny",
    "Framing",
    "Incomplete",
    "Insert",
    "Instead",
    "Move",
    "Operations",
    "Ops",
    "Refusal",
    "Replace",
    "Say",
    "Spoil",
    "Step",
    "Swallow",
]
