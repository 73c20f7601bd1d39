"""``advisor job``: a job of the fine-tuning service in, advice out."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from advisor.cli.experiments_store import MaybeProject, Varied
from advisor.cli.judging import Explain, ReportFormat, exit_code, print_advice
from advisor.cli.known import Known
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.recording import in_project, judge_within
from advisor.cli.rulebooks import open_program
from advisor.shown import band_order

_PANEL = "What the service does not say"
ENVIRONMENT = (
    "The service and its key come from the environment only: OPENAI_API_KEY, with OPENAI_BASE_URL for a compatible one; or "
    "AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY, with OPENAI_API_VERSION for Azure's dated API."
)

JobId: TypeAlias = Annotated[str, typer.Argument(metavar="JOB", help="The id of the job, such as ftjob-abc123.", show_default=False)]
TrainingExamples: TypeAlias = Annotated[int | None, typer.Option("--n-train", min=0, rich_help_panel=_PANEL, help="Training examples.")]
BaselineScore: TypeAlias = Annotated[
    float | None, typer.Option("--baseline", rich_help_panel=_PANEL, help="The untuned model's score on your evaluation.")
]
RewardRange: TypeAlias = Annotated[
    tuple[float, float] | None,
    typer.Option("--reward-range", metavar="LOW HIGH", rich_help_panel=_PANEL, help="The range of the grader's rewards."),
]
Score: TypeAlias = Annotated[float | None, typer.Option("--score", rich_help_panel=_PANEL, help="This run's score on the same evaluation.")]
Scale: TypeAlias = Annotated[
    tuple[float, float] | None, typer.Option("--scale", metavar="LOW HIGH", rich_help_panel=_PANEL, help="The scale of the scores.")
]


def job(
    job_id: JobId,
    project: MaybeProject = None,
    parent: Varied = None,
    as_json: AsJson = False,
    form: Annotated[ReportFormat, typer.Option("--format", help="text, json, markdown (for a pull request) or html (one file).")] = (
        ReportFormat.text
    ),
    explain: Annotated[Explain, typer.Option(help="off: no evidence; all: also why each other rule did not fire.")] = Explain.fired,
    rules: RulesFolders = None,
    n_train: TrainingExamples = None,
    baseline: BaselineScore = None,
    score: Score = None,
    scale: Scale = None,
    reward_range: RewardRange = None,
) -> None:
    """Fetch a fine-tuning job and say what to do next with it.

    The job, its checkpoints, events and result file become one run; what of them cannot be had is said, and the rest is judged.
    Without --project the project is the one that the job's metadata name (advisor_project), if any.
    """
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_service import fetch_run

    access = ServiceAccess.from_environment()
    program = open_program(rules)
    imported = fetch_run(job_id, access)
    known = Known(n_train=n_train, baseline=baseline, score=score, scale=scale, reward_range=reward_range)
    kept = judge_within(imported, in_project(known.complete(imported.request), project, parent=parent), program, explain)
    print_advice(kept.advice, kept.request, imported, ReportFormat.json if as_json else form, band_order(program.rulebook))
    kept.tell()
    raise typer.Exit(exit_code(kept.advice))
