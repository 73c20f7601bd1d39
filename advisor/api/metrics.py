"""What the service counts, in Prometheus' terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from advisor import __version__
from advisor.api.judging import Judged
from advisor.rulebook import Rulebook

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("advisor_requests", "Requests answered.", ("route", "method", "status"), registry=self._registry)
        self._seconds = Histogram(
            "advisor_request_seconds",
            "From a request's headers to the last byte of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._advice = Counter("advisor_advice", "Runs judged, by verdict.", ("verdict",), registry=self._registry)
        self._findings = Counter("advisor_findings", "Findings raised, by id.", ("finding",), registry=self._registry)
        self._info = Gauge("advisor_info", "Always 1; what is running.", ("version", "rulebook", "revision"), registry=self._registry)
        self._reloads = Counter(
            "advisor_rulebook_reloads", "Edits of the rules, by what became of them.", ("result",), registry=self._registry
        )
        self._current = Gauge(
            "advisor_rulebook_current",
            "1 where what stands in the rules folders is served, 0 where an edit is refused.",
            registry=self._registry,
        )

    def tell_rulebook(self, rulebook: Rulebook, *, current: bool) -> None:
        """Say which rulebook is in force, and whether it is what stands in the folders."""
        self._info.clear()
        self._info.labels(__version__, rulebook.name, rulebook.revision).set(1)
        self._current.set(current)

    def count_reload(self, result: Literal["served", "refused"]) -> None:
        """Count an edit of the rules."""
        self._reloads.labels(result).inc()

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request under its route's template."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_judged(self, judged: Iterable[Judged]) -> None:
        """Count what was said about runs."""
        for one in judged:
            self._advice.labels(one.verdict).inc()
            for finding in one.findings:
                self._findings.labels(finding).inc()

    def exposition(self) -> bytes:
        """Return the counters in Prometheus' text format."""
        return generate_latest(self._registry)
