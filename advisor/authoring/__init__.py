"""The leads' workbench: cases beside the rules, and how they go."""

from advisor.authoring.cases import Case, Expectation, load_cases
from advisor.authoring.trial import CaseResult, run_case, unproven

__all__ = ["Case", "CaseResult", "Expectation", "load_cases", "run_case", "unproven"]
