"""``advisor evaluate``: how right the rules are on runs whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli.options import AsJson, RulesFolder
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import show, write_bytes
from advisor.errors import UnusableInput


def evaluate(
    runs: Annotated[list[Path], typer.Argument(metavar="RUNS...", help="Labelled runs: folders that are searched, or files.")],
    as_json: AsJson = False,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole report as Markdown.")] = None,
    plots_folder: Annotated[Path | None, typer.Option("--plots", metavar="FOLDER", help="Write the charts as SVG files.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Picks the starting points of the loop.")] = 0,
    rules: RulesFolder = None,
) -> None:
    """Score the rules on past runs whose truth is known (docs/evaluate.md says how such files look)."""
    from rich.markdown import Markdown

    from advisor.authoring.evaluate import EVALUATION, atlas_of
    from advisor.authoring.evaluate import evaluate as measure
    from advisor.authoring.quality import advisor_judge, read_labelled
    from advisor.authoring.quality.markdown import summary, to_markdown
    from advisor.authoring.quality.plots import plots

    data = read_labelled(runs)
    program = open_program(rules)
    evaluation = measure(data, advisor_judge(program), atlas_of(program.rulebook), seed=seed)
    rulebook = f"{program.rulebook.name} {program.rulebook.revision}"
    if markdown is not None:
        _write(markdown, to_markdown(evaluation, rulebook))
    if plots_folder is not None:
        for name, svg in plots(evaluation).items():
            _write(plots_folder / name, svg)
    if as_json:
        write_bytes(EVALUATION.dump_json(evaluation, indent=1))
    else:
        show(Markdown(summary(evaluation, rulebook)))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnusableInput(f"{file.name}: cannot be written ({error.strerror})\n    Name a place that you may write to.") from None
