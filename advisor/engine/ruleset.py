"""One durable_rules ruleset and one pass over it: facts in, matches out, with none of the traps on the way.

durable_rules is a Rete engine in C whose last release is from 2020. What this module keeps away from it, each point shown by a test:

- sessions in which no action was started: a marker always fires first, and a session never begun is never deleted
- empty batches, and batches with a fact that matches nothing: a catch-all that never fires takes it
- numbers with an exponent: they are written out as decimals; non-finite numbers: refused
- text: facts carry made-up names and numbers only
- ``Host`` and its timer threads: the C functions are called directly
- more than 60 conditions on one property: the fact is posted under several; more than 400 properties: callers split
- sessions left behind: deleted, also after an error
- use by two threads at once: a lock
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from math import isfinite
from threading import Lock
from weakref import finalize

import durable_rules_engine as rete
from pydantic_core import from_json

from advisor.engine.clauses import Clause
from advisor.errors import EngineFault
from advisor.rulebook import Comparison

MAX_KINDS = 400
MAX_CONDITIONS_PER_KIND = 60
MAX_RULES = 250  # the engine takes 4,096, but beyond some hundreds its time per fact grows faster than their number

_OPERATORS = {">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}
_MARKER = "_marker"
_ALWAYS = f'"m":{{"all":[{{"m":{{"{_MARKER}":1}}}}],"pri":0}},"z":{{"all":[{{"m":{{"$ex":{{"id":1}}}}}},{{"n":{{"_never":1}}}}],"pri":9}}'
"""The marker's rule, and the catch-all that never fires."""
_names = count()
_Laid = tuple[str, tuple[tuple[str, tuple[Comparison, ...]], ...]]
_SESSION = "0"


@dataclass(frozen=True, slots=True)
class Match:
    """A clause that held: the key under which it was laid down, and the comparisons with the values that the engine matched."""

    key: str
    evidence: tuple[tuple[Comparison, float], ...]


def fact_name(comparison: Comparison) -> str:
    """Return the name of the fact that a comparison is about: a signal, or the difference of two."""
    if comparison.other is None:
        return comparison.signal
    return f"{comparison.signal} - {comparison.factor!r} * {comparison.other}"


def decimal(number: float) -> str:
    """Write a finite number without an exponent, exactly.

    Raises:
        EngineFault: The number is not finite. The engine would answer such a batch, as it does an exponent, with success and a session
            that does not exist, and touching that one ends the process.
    """
    if not isfinite(number):
        raise EngineFault(f"a fact or threshold is {number}, and the engine takes finite numbers only")
    text = repr(float(number))
    if "e" not in text:
        return text
    plain = format(Decimal(text), "f")
    return plain if "." in plain else plain + ".0"


class Ruleset:
    """Clauses compiled into one ruleset of the engine.

    Args:
        clauses_by_key: For each key, one clause: comparisons that must hold together.
    """

    def __init__(self, clauses_by_key: Sequence[tuple[str, Clause]]) -> None:
        self._lock = Lock()
        self._kinds: dict[str, list[str]] = {}
        self._used: Counter[str] = Counter()
        self.differences: dict[str, tuple[str, float, str]] = {}
        self._by_name: dict[str, _Laid] = {}
        named = [(key, [(fact_name(comparison), comparison) for comparison in clause]) for key, clause in clauses_by_key]
        # A fact that few clauses ask for comes first: where it does not hold, the engine need not join the common ones.
        asked = Counter(name for _, clause in named for name, _ in clause)
        laid = []
        for number, (key, clause) in enumerate(named):
            grouped: dict[str, list[Comparison]] = {}
            for name, comparison in sorted(clause, key=lambda pair: asked[pair[0]]):
                grouped.setdefault(name, []).append(comparison)
            joined = ",".join([f'{{"c{i}":{self._match(name, members)}}}' for i, (name, members) in enumerate(grouped.items())])
            laid.append(f'"r{number}":{{"all":[{joined}],"pri":1}}')
            self._by_name[f"r{number}"] = (key, tuple((f"c{i}", tuple(members)) for i, members in enumerate(grouped.values())))
        definition = "{" + ",".join([*laid, _ALWAYS]) + "}"
        try:
            self._handle = rete.create_ruleset(f"advisor-{next(_names)}", definition)
        except Exception as error:  # noqa: BLE001  # the engine raises nothing more precise
            raise EngineFault(f"the engine refused the compiled rules ({error})") from None
        self._free = finalize(self, rete.delete_ruleset, self._handle)
        self._free.atexit = False  # the end of the process frees everything

    def _match(self, name: str, members: list[Comparison]) -> str:
        """Return the JSON of what the fact of this name has to be; its properties are made here, of plain letters and figures."""
        kind = self._kind(name, len(members))
        tests = []
        for comparison in members:
            if comparison.other is not None:
                self.differences[name] = (comparison.signal, comparison.factor, comparison.other)
            test = f'{{"{kind}":{decimal(comparison.threshold)}}}'
            tests.append(test if comparison.operator == "==" else f'{{"{_OPERATORS[comparison.operator]}":{test}}}')
        return tests[0] if len(tests) == 1 else f'{{"$and":[{",".join(tests)}]}}'

    def _kind(self, name: str, conditions: int) -> str:
        """Return the property that a fact is posted under; a fact that many conditions ask for goes by several names."""
        kinds = self._kinds.setdefault(name, [])
        if not kinds or self._used[kinds[-1]] + conditions > MAX_CONDITIONS_PER_KIND:
            kinds.append(f"k{len(self._kinds)}" if not kinds else f"{kinds[0]}x{len(kinds)}")
        self._used[kinds[-1]] += conditions
        return kinds[-1]

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that the clauses ask for."""
        return frozenset(self._kinds)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session: facts can be posted to it in several batches, and what matched before still counts. Other threads wait."""
        with self._lock:
            if not self._free.alive:
                raise EngineFault("the ruleset was closed")
            session = Session(self._handle, self._kinds, self._by_name)
            try:
                yield session
            finally:
                session.end()

    def run(self, facts: Mapping[str, float]) -> list[Match]:
        """Return every clause that holds for these facts, in a session of their own."""
        with self.session() as session:
            return session.post(facts)

    def close(self) -> None:
        """Free the ruleset in the engine, as happens to one that nobody refers to; it cannot be used afterwards."""
        with self._lock:
            self._free()


class Session:
    """One run's facts in the engine."""

    def __init__(self, handle: int, kinds: Mapping[str, Sequence[str]], clauses: Mapping[str, _Laid]) -> None:
        self._handle = handle
        self._kinds = kinds
        self._clauses = clauses
        self._values: dict[str, float] = {}
        self._begun = False

    def post(self, facts: Mapping[str, float]) -> list[Match]:
        """Return every clause that these facts, with those posted before, make hold for the first time, in the engine's order.

        Args:
            facts: Finite numbers by fact name, each name at most once per session; names that no clause asks for are left out.
        """
        batch = [] if self._begun else [f'{{"{_MARKER}":1,"id":"m"}}']
        fewer, other = (self._kinds, facts) if len(self._kinds) < len(facts) else (facts, self._kinds)
        asked = [name for name in fewer if name in other]
        for name in asked:
            value = facts[name]
            text = decimal(value)
            for kind in self._kinds[name]:
                self._values[kind] = value
                batch.append(f'{{"{kind}":{text},"id":"{kind}"}}')
        if not batch or (not asked and self._begun):
            return []
        return [self._match(message) for message in self._actions("[" + ",".join(batch) + "]") if not message.startswith('{"m"')]

    def _match(self, message: str) -> Match:
        ((name, matched),) = from_json(message).items()
        key, members = self._clauses[name]
        return Match(key, tuple((c, self._values[matched[alias]["id"]]) for alias, comparisons in members for c in comparisons))

    def _actions(self, batch: str) -> list[str]:
        self._begun = True
        try:
            code, state = rete.assert_facts(self._handle, batch)
            if code != 0:
                raise EngineFault(f"the engine refused a batch of facts (code {code})")
            messages: list[str] = []
            started = rete.start_action_for_state(self._handle, state)
            message = started[1] if started else None
            while message is not None:
                messages.append(message)
                message = rete.complete_and_start_action(self._handle, state)
        except EngineFault:
            raise
        except Exception as error:  # noqa: BLE001  # the engine raises nothing more precise
            raise EngineFault(f"the engine failed on a batch of facts ({error})") from None
        return messages

    def end(self) -> None:
        """Delete the session in the engine; one that was never begun does not exist there, and deleting it would crash."""
        if self._begun:
            with suppress(Exception):
                rete.delete_state(self._handle, _SESSION)
