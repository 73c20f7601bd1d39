"""Where runs come from: files of many formats, found by their content, each read into one run with what was odd about it."""

from advisor.sources.folders import read_path, take_inventory
from advisor.sources.imported import Dropped, Format, ImportedRun, PointCounts
from advisor.sources.mapping import parse_mapping
from advisor.sources.reading import FORMATS, read_file, read_limited, read_run

__all__ = [
    "FORMATS",
    "Dropped",
    "Format",
    "ImportedRun",
    "PointCounts",
    "parse_mapping",
    "read_file",
    "read_limited",
    "read_path",
    "read_run",
    "take_inventory",
]
