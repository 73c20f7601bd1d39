"""What the routes of an application stand on, for whoever adds routes of its own."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from advisor.api.keys import Guard
from advisor.api.large import LargeBodies
from advisor.api.metrics import Metrics
from advisor.api.rulebook_reload import Reloader
from advisor.api.serving import Serving
from advisor.authoring.trial_process import TrialProcess
from advisor.experiments import Store
from advisor.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one application, as ``app.state.parts``; ``store`` is None where nothing is kept."""

    settings: Settings
    serving: Serving
    large: LargeBodies
    reloader: Reloader
    trial: TrialProcess
    metrics: Metrics
    log: FilteringBoundLogger
    guard: Guard
    store: Store | None = None
