"""Request and answer of the wire."""

from advisor.contract.advice import Advice
from advisor.contract.request import AdviseRequest

__all__ = ["Advice", "AdviseRequest"]
