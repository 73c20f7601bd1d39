"""The advice as people read it: in a terminal, in a pull request, in a browser."""

from advisor.cli.report.page import report
from advisor.cli.report.written import html_report, markdown_report

__all__ = ["html_report", "markdown_report", "report"]
