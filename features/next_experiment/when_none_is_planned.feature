Feature: Where no next experiment is planned, the answer says why
  Iterative Training Workflow, core loop: ship it, or loop back. A run that goes on, a model that is good enough and a search that is
  over need no next experiment; the actions still say what could be tried.

  Background:
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 50          | 0.5   | 0.90       | 0.95            |
      | 100         | 1     | 0.70       | 0.78            |
      | 150         | 1.5   | 0.62       | 0.90            |
      | 200         | 2     | 0.55       | 1.00            |

  Scenario: A run that goes on is let end first
    Given the run is "running"
    When the run is posted to /advise
    Then the verdict is "wait"
    And the action "wait" ranks before "reduce-epochs"
    And the action "reduce-epochs" changes n_epochs from 2 to 1
    And there is no next experiment
    And no experiment is planned since
      """
      The run has not ended: let it end, or cancel it where something must be fixed, before the next one is planned.
      """

  Scenario: Nor is one planned beside a run that is broken and still goes on; only what to fix is said, and no waiting
    Given the run is "running"
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 250         | NaN        | NaN             |
    When the run is posted to /advise
    Then the verdict is "fix"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5
    And the action "wait" is not advised
    And there is no next experiment

  Scenario: A model that is good enough is shipped, and nothing else is tried
    Given the run scores 9.2 on a scale of 0 to 10
    And a score of 9 is good enough
    When the run is posted to /advise
    Then the verdict is "ship"
    And the action "ship" ranks before "reduce-epochs"
    And there is no next experiment
    And no experiment is planned since
      """
      A stopping criterion is met, so that no further run is planned. The actions say what could be tried if the search goes on.
      """

  Scenario: A spent budget has no next experiment either
    Given the run scores 7.9 on a scale of 0 to 10
    And the untuned base model scores 8.05
    And the budget has 0 runs left
    When the run is posted to /advise
    Then the verdict is "stop"
    And the action "stop" ranks before "reduce-epochs"
    And there is no next experiment
    And no experiment is planned since
      """
      A stopping criterion is met, so that no further run is planned. The actions say what could be tried if the search goes on.
      """

  Scenario: Reached with the budget spent, the target is what counts: one word, not two
    Given the run scores 9.2 on a scale of 0 to 10
    And a score of 9 is good enough
    And the budget has 0 runs left
    When the run is posted to /advise
    Then the verdict is "ship"
    And the action "stop" is not advised
