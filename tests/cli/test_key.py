"""``advisor key``: a key that the service takes, and nothing of it kept."""

from __future__ import annotations

import json
from hashlib import sha256

from advisor.api.keys import read_keys
from tests.cli.conftest import Advisor


def test_the_entry_is_of_the_key_and_the_service_takes_it(advisor: Advisor):
    made = json.loads(advisor("key", "ann", "engineer", "--json").stdout)
    (known,) = read_keys(made["entry"])
    assert (known.name, known.role, known.digest) == ("ann", "engineer", sha256(made["key"].encode()).digest())
    assert made["key"] not in made["entry"]
    assert json.loads(advisor("key", "ann", "engineer", "--json").stdout)["key"] != made["key"]


def test_it_is_printed_with_what_to_do_with_it(advisor: Advisor):
    said = advisor("key", "ann", "reader").stdout
    assert "Authorization: Bearer KEY" in said
    assert "ADVISOR_API_KEYS=ann:reader:" in said


def test_a_name_or_role_that_cannot_be_is_one_sentence(advisor: Advisor):
    wrong = advisor("key", "ann:smith", "reader")
    assert (wrong.exit_code, len(wrong.stderr.splitlines())) == (1, 1)
    assert "letters, digits" in wrong.stderr
    assert advisor("key", "ann", "boss").exit_code == 2
