Feature: The answer explains as much as it is asked to
  Every finding shows its numbers; on request every rule says why it did not speak, and by how much it missed.

  Background:
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.80            |
      | 300         | 0.66       | 0.83            |

  Scenario: Asked for all, a rule that did not fire says by how much it missed
    When the run is posted to /advise?explain=all
    Then the outcome of the rule "valid-loss-rises" is not_fired
    And the rule "valid-loss-rises" misses "valid_loss_rise_ratio > rise" by 0.0125

  Scenario: Rules of another training method do not apply
    When the run is posted to /advise?explain=all
    Then the outcome of the rule "reward-gap" is not_applicable

  Scenario: A rule without its data was not evaluated, and one that fired says so
    When the run is posted to /advise?explain=all
    Then the outcome of the rule "valid-loss-plateaus-early" is not_evaluated
    And the outcome of the rule "overfit-ratio-mild" is fired

  Scenario: A finding that explains another away suppresses it
    At the top of the scale nobody needs to hear that the data set is small.

    Given 300 training examples
    And the run scores 9.7 on a scale of 0 to 10
    When the run is posted to /advise?explain=all
    Then the outcome of the rule "dataset-small" is suppressed
    And the finding "dataset-small" is not raised

  Scenario: Asked for nothing, the answer is short
    When the run is posted to /advise?explain=off
    Then no signals are given
    And no outcomes are given
    And the finding "overfit-ratio-mild" is raised
