Feature: One word says what to do with the run
  Iterative Training Workflow, core loop: better than the baseline, good enough, ship it, or go round again. Beside ship
  and iterate: fix what makes the numbers meaningless, wait while a healthy run is going on, stop where nothing is left.

  Scenario: Wait while the run is going on and nothing is wrong
    Given a supervised run
    And the run is "running"
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | 1.00       | 1.06            |
      | 300         | 0.90       | 0.97            |
    When the run is posted to /advise
    Then the verdict is "wait"
    And the action "wait" is advised
    And the action "wait" belongs to "decide"

  Scenario: A running run that breaks is not waited for
    Given a supervised run
    And the run is "running"
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | NaN        | NaN             |
    When the run is posted to /advise
    Then the verdict is "fix"

  Scenario: A running run without validation points yet is waited for
    Given a supervised run
    And the run is "running"
    And the checkpoints
      | step_number | train_loss |
      | 10          | 1.20       |
    When the run is posted to /advise
    Then the verdict is "wait"

  Scenario: A failed run must be fixed
    Given a supervised run
    And the run is "failed"
    When the run is posted to /advise
    Then the verdict is "fix"
    And the finding "run-failed" is raised with high severity

  Scenario: Iterate where nothing is broken and nothing says stop
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | 1.00       | 1.06            |
      | 300         | 0.90       | 0.97            |
    When the run is posted to /advise
    Then the verdict is "iterate"

  Scenario: Good enough is shipped even where the curves overfit
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.78            |
      | 300         | 0.55       | 1.00            |
    And the run scores 9.6 on a scale of 0 to 10
    And a score of 9.5 is good enough
    When the run is posted to /advise
    Then the verdict is "ship"
