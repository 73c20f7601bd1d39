from __future__ import annotations

from pathlib import Path

from advisor.web.features.documents import read_feature, read_features, shipped_features

TEXT = b"""Feature: A loss is a loss
  Row 3 of the
  table.

  Also row 4.

  Background:
    Given a supervised run

  Scenario: It falls
    Given the checkpoints
      | step_number | train_loss |
      | 1           | 0.5        |
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised

  Scenario Outline: It ends at <loss>
    Given every 10 steps the train_loss is 1 <loss>
    Then it says
      \"\"\"
      It ended at <loss>.
      \"\"\"

    Examples:
      | loss |
      | 0.5  |
      | 0.7  |
"""


def test_a_feature_is_read_with_its_background_tables_and_descriptions():
    feature = read_feature(TEXT, "curves/losses.feature")
    assert (feature.title, feature.name, feature.folder) == ("A loss is a loss", "curves/losses", "curves")
    assert feature.description == "Row 3 of the table.\n\nAlso row 4."
    first = feature.scenarios[0]
    assert [step.text for step in first.all_steps][:2] == ["a supervised run", "the checkpoints"]
    assert first.steps[0].table == (("step_number", "train_loss"), ("1", "0.5"))
    assert first.anchor == "it-falls"


def test_an_outline_gives_its_steps_for_each_example():
    outline = read_feature(TEXT, "x.feature").scenarios[1]
    cases = list(outline.cases())
    assert [dict(values) for values, _ in cases] == [{"loss": "0.5"}, {"loss": "0.7"}]
    assert [steps[-1].text_block for _, steps in cases] == ["It ended at 0.5.", "It ended at 0.7."]


def test_scenarios_under_a_rule_stand_under_its_heading_and_text_with_both_backgrounds():
    text = b"""Feature: x
  Background:
    Given a

  Scenario: Alone
    When c

  Rule: It is said aloud
    Two of
    ten.

    Background:
      Given b

    Scenario: Grouped
      When c
"""
    alone, grouped = read_feature(text, "x.feature").scenarios
    assert alone.group is None
    assert grouped.group is not None
    assert (grouped.group.title, grouped.group.description) == ("It is said aloud", "Two of ten.")
    assert [step.text for step in grouped.all_steps] == ["a", "b", "c"]
    assert (alone.holds(["aloud"]), grouped.holds(["aloud", "ten"])) == (False, True)


def test_two_scenarios_of_one_title_have_addresses_of_their_own():
    twice = b"Feature: x\n  Scenario: Same\n    Given a\n  Scenario: Same\n    Given b\n"
    assert [s.anchor for s in read_feature(twice, "x.feature").scenarios] == ["same", "same-2"]


def test_a_file_with_a_mistake_says_where_it_is_and_hides_no_other(tmp_path: Path):
    (tmp_path / "bad.feature").write_text("Feature: x\n  Scenario: y\n    Given x\n    Maybe z\n")
    (tmp_path / "empty.feature").write_text("")
    (tmp_path / "good.feature").write_bytes(TEXT)
    (tmp_path / "latin.feature").write_bytes(b"Feature: \xe9\n")
    bad, empty, good, latin = read_features(tmp_path)
    assert bad.mistake is not None
    assert bad.mistake.startswith("Line 4: ")
    assert (empty.mistake is None, latin.mistake is None, good.mistake is None) == (False, False, True)


def test_every_shipped_feature_can_be_read():
    features = read_features(shipped_features())
    assert len(features) > 30
    assert [f.path for f in features if f.mistake or not f.scenarios] == []
