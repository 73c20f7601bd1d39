"""YAML files to frozen models: the language that leads write in."""

from advisor.rulebook.conditions import Comparison, Condition, Group, comparisons, holds
from advisor.rulebook.folder import read_folder
from advisor.rulebook.load import build_rulebook, load_rulebook
from advisor.rulebook.model import Action, Bands, Lookup, Parameter, Recommendation, Rule, Rulebook
from advisor.rulebook.own_signals import rulebook_signals
from advisor.rulebook.shapes import LadderShape, ModelShape, StepShape
from advisor.rulebook.shipped import shipped_rules
from advisor.rulebook.strata import strata
from advisor.rulebook.tables import OwnSignal
from advisor.rulebook.text import Sentence

__all__ = [
    "Action",
    "Bands",
    "Comparison",
    "Condition",
    "Group",
    "LadderShape",
    "Lookup",
    "ModelShape",
    "OwnSignal",
    "Parameter",
    "Recommendation",
    "Rule",
    "Rulebook",
    "Sentence",
    "StepShape",
    "build_rulebook",
    "comparisons",
    "holds",
    "load_rulebook",
    "read_folder",
    "rulebook_signals",
    "shipped_rules",
    "strata",
]
