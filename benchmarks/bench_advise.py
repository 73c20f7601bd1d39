"""advise() with the shipped rulebook against pydantic validating the same body and serialising the answer (aim: at most 8 times)."""

from __future__ import annotations

import json

from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.rulebook import load_rulebook, rulebook_signals, shipped_rules
from advisor.service import ADVICE, advise, to_json
from advisor.signals import Curves, measure_signals
from benchmarks.sample_runs import overfitting_request
from benchmarks.timing import seconds_each


def main() -> None:
    """Print the ratio and where the time goes."""
    body = json.dumps(overfitting_request(20)).encode()
    request = AdviseRequest.model_validate_json(body)
    program = Program(load_rulebook(shipped_rules()))
    rulebook = program.rulebook
    answer = advise(request, program, advice_id="a", created_at="t")
    signals = measure_signals(Curves(request, rulebook.measures))
    signals |= rulebook_signals(rulebook, request, signals)
    baseline, whole, measuring, deciding, tables = seconds_each(
        [
            lambda: (AdviseRequest.model_validate_json(body), ADVICE.dump_json(answer, by_alias=True)),
            lambda: advise(request, program, advice_id="a", created_at="t"),
            lambda: measure_signals(Curves(request, rulebook.measures)),
            lambda: program.decide("supervised", signals),
            lambda: rulebook_signals(rulebook, request, signals),
        ]
    )
    print(f"20 checkpoints, {len(rulebook.rules)} rules, answer of {len(to_json(answer))} bytes")
    print(f"pydantic, validate and serialise  {baseline * 1e3:7.3f} ms   1.0")
    print(f"advise()                          {whole * 1e3:7.3f} ms  {whole / baseline:4.1f}  (aim: at most 8)")
    for name, seconds in (
        ("signals", measuring),
        ("tables", tables),
        ("engine", deciding),
        ("the rest", whole - measuring - deciding - tables),
    ):
        print(f"  {name:<31} {seconds * 1e3:7.3f} ms  {seconds / baseline:4.1f}")


if __name__ == "__main__":
    main()
