"""What the quality of advice is measured by: labelled runs, judges, and the measures."""

from advisor.authoring.quality.files import LabelledData, Skipped, read_labelled
from advisor.authoring.quality.outcomes import Atlas
from advisor.authoring.quality.readings import Advised, Judge, Reading, Said, advisor_judge
from advisor.authoring.quality.shares import Detection, Share

__all__ = [
    "Advised",
    "Atlas",
    "Detection",
    "Judge",
    "LabelledData",
    "Reading",
    "Said",
    "Share",
    "Skipped",
    "advisor_judge",
    "read_labelled",
]
