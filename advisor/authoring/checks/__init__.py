"""What is wrong with a rules folder: the loader's mistakes, and what only reading all rules together shows."""

from advisor.authoring.checks.check import Checked, check_files, check_rulebook
from advisor.authoring.checks.codes import CHECKS, Check
from advisor.authoring.checks.problem import Problem

__all__ = ["CHECKS", "Check", "Checked", "Problem", "check_files", "check_rulebook"]
