"""Which findings are raised on runs of which cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.authoring.quality.readings import Reading
from advisor.authoring.quality.shares import Share

NO_CAUSE = "no cause listed"


@dataclass(frozen=True, slots=True)
class FindingConfusion:
    """How often one finding is raised: overall, and on the runs of each cause. A run may have several causes."""

    finding: str
    raised: Share
    by_cause: dict[str, Share]


def confusion(judged: Sequence[tuple[Reading, tuple[str, ...]]]) -> tuple[FindingConfusion, ...]:
    """Count findings against causes.

    Args:
        judged: Per run, what was said and the causes that are true of it.

    Returns:
        One entry per finding that was raised at all, by name.
    """
    labelled = [(reading.findings, causes or (NO_CAUSE,)) for reading, causes in judged]
    names = sorted({name for findings, _ in labelled for name in findings})
    causes = sorted({cause for _, own in labelled for cause in own})
    return tuple(
        FindingConfusion(
            name,
            Share.among(name in findings for findings, _ in labelled),
            {cause: Share.among(name in findings for findings, own in labelled if cause in own) for cause in causes},
        )
        for name in names
    )
