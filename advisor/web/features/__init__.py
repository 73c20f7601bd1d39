"""The feature files as documents: what each says, the curves in it, what became of its scenarios, and which rules it speaks of."""

from advisor.web.features.documents import Examples, Feature, Scenario, Step, read_feature, read_features, shipped_features
from advisor.web.features.pictures import Picture, pictures
from advisor.web.features.results import Outcome, Results, State, read_results

__all__ = [
    "Examples",
    "Feature",
    "Outcome",
    "Picture",
    "Results",
    "Scenario",
    "State",
    "Step",
    "pictures",
    "read_feature",
    "read_features",
    "read_results",
    "shipped_features",
]
