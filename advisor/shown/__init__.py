"""What a terminal, a document and a page say alike of a run and its advice: words, curves, checkpoints, the order of bands."""

from advisor.shown.bands import RANKS, band_order, rank_of
from advisor.shown.checkpoints import ShownCheckpoint, candidate_reason, epoch_cell, metric_cell, ratio_cell, shown_checkpoints
from advisor.shown.curves import KINDS, Kind, Metric, Point, Role, kinds_of, series, thinned
from advisor.shown.words import change, finding_title, grouped_by_missing, number, said, subject, telling

__all__ = [
    "KINDS",
    "RANKS",
    "Kind",
    "Metric",
    "Point",
    "Role",
    "ShownCheckpoint",
    "band_order",
    "candidate_reason",
    "change",
    "epoch_cell",
    "finding_title",
    "grouped_by_missing",
    "kinds_of",
    "metric_cell",
    "number",
    "rank_of",
    "ratio_cell",
    "said",
    "series",
    "shown_checkpoints",
    "subject",
    "telling",
    "thinned",
]
