"""YAML files to frozen models: the language that leads write in."""

from advisor.rulebook.conditions import Comparison, Condition, Group, comparisons, holds
from advisor.rulebook.folder import read_folder
from advisor.rulebook.load import build_rulebook, load_rulebook
from advisor.rulebook.model import Action, Bands, Lookup, Parameter, Recommendation, Rule, Rulebook
from advisor.rulebook.shapes import LadderShape, ModelShape, StepShape
from advisor.rulebook.shipped import shipped_rules
from advisor.rulebook.strata import strata
from advisor.rulebook.tables import TABLE_SIGNALS, TableSignal, table_signals
from advisor.rulebook.text import Sentence

__all__ = [
    "TABLE_SIGNALS",
    "Action",
    "Bands",
    "Comparison",
    "Condition",
    "Group",
    "LadderShape",
    "Lookup",
    "ModelShape",
    "Parameter",
    "Recommendation",
    "Rule",
    "Rulebook",
    "Sentence",
    "StepShape",
    "TableSignal",
    "build_rulebook",
    "comparisons",
    "holds",
    "load_rulebook",
    "read_folder",
    "shipped_rules",
    "strata",
    "table_signals",
]
