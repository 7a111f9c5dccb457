"""Header and body rules of the reference endpoint: pure parsers and validators."""
