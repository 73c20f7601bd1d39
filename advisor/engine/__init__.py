"""The engine decides: compiled rules in, an outcome with evidence for every rule out. The only importer of durable_rules."""

from advisor.engine.outcome import Outcome
from advisor.engine.program import Program

__all__ = ["Outcome", "Program"]
