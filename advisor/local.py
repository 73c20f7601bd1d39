"""Advice without a service: the rulebook compiled in this process."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from advisor.advice import ExplainLevel
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.contract.misnamed import misnamed_members
from advisor.contract.plain import GivenRun, plain_request
from advisor.engine import Program
from advisor.errors import UnusableInput
from advisor.rulebook import Rulebook, load_rulebook, shipped_rules
from advisor.service import advise


class LocalAdvisor:
    """Judges runs in this process; compiling the rulebook takes about a second, once.

    Args:
        rules: Folder of the rulebook; None is the one that ships with Advisor.
        program: A rulebook that is compiled already, in place of a folder.

    Raises:
        BrokenRulebook: The folder's rules hold mistakes; all of them are named.
    """

    def __init__(self, rules: Path | str | None = None, *, program: Program | None = None) -> None:
        folder = None if rules is None else Path(rules)
        self.program = program or Program(
            load_rulebook(shipped_rules()) if folder is None else load_rulebook(folder, folder.resolve().name)
        )

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that judges."""
        return self.program.rulebook

    def advise(self, run: GivenRun, *, explain: ExplainLevel = "fired") -> Advice:
        """Return what to do next with a run.

        Args:
            run: A run, or a whole request with what is known around it; a mapping with the key ``run`` is a request. Numbers
                of numpy and PyTorch are taken as they are, NaN and infinite ones too.
            explain: How much to explain: ``off`` leaves out evidence and signals, ``all`` adds every rule's outcome.

        Raises:
            UnusableInput: The mapping is no request; every wrong place is named.
        """
        request, warnings = _request(run)
        return advise(
            request,
            self.program,
            advice_id=uuid4().hex,
            created_at=now(),
            level=explain,
            warnings=warnings,
        )


def _request(run: GivenRun) -> tuple[AdviseRequest, tuple[str, ...]]:
    """Return the request, with sentences about what of it was not read."""
    if isinstance(run, AdviseRequest):
        return run, ()
    try:
        document = plain_request(run)
        return AdviseRequest.model_validate(document), misnamed_members(document)
    except TypeError as error:
        raise UnusableInput(f"The run cannot be read: {error}.") from None
    except ValidationError as error:
        places = "; ".join(dict.fromkeys(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)))
        raise UnusableInput(f"The run is not in the form of POST /advise: {places}.") from None
