import json
from collections.abc import Mapping

from structlog.testing import CapturingLogger

from advisor.api.answering import Unread, batch_items
from advisor.engine import Outcome, Program
from advisor.facts import Method
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.signals import Value
from tests.api.wire import RUN


class FailsOnPreferences(Program):
    """A program with a defect that only some runs meet."""

    def decide(self, method: Method, signals: Mapping[str, Value]) -> list[Outcome]:
        if method == "dpo":
            raise RuntimeError("from the inside")
        return super().decide(method, signals)


def test_a_defect_that_one_run_meets_costs_only_its_own_result_in_a_batch():
    log = CapturingLogger()
    program = FailsOnPreferences(load_rulebook(shipped_rules()))
    requests = [Unread({"run": run}, ()) for run in (RUN, RUN | {"method": "dpo"}, RUN)]
    results = [json.loads(result) for result, _ in batch_items(requests, "fired", program, log)]
    assert [list(result) for result in results] == [["advice"], ["error"], ["advice"]]
    assert results[1]["error"]["status"] == 500
    assert "inside" not in json.dumps(results[1])
    (entry,) = log.calls
    assert entry.kwargs["error_id"] == results[1]["error"]["error_id"]
