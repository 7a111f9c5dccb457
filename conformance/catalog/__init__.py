"""The catalogue: sources, rules, capabilities and scenarios, loaded from ``specs/``."""
