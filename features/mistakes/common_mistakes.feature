Feature: Six common mistakes are named where the run or its history shows them
  Iterative Training Workflow, "Common mistakes": no baseline, several variables at once, overfitting to the evaluation
  set, ignoring the curves, more data without a quality check, old deployments.

  Background:
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |

  Scenario: No baseline
    When the run is posted to /advise
    Then the mistake "no-baseline" is named
    And the mistake "no-baseline" says
      """
      The untuned base model's score was not given, so that no gain can be told.
      """
    And the action "establish-baseline" is advised because of "no-baseline"

  Scenario: A baseline of zero is a baseline
    Given the untuned base model scores 0
    When the run is posted to /advise
    Then the mistake "no-baseline" is not named

  Scenario: Several variables changed at once
    Given the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 3        | 0.5                      | 8.0   |
    When the run is posted to /advise
    Then the mistake "several-variables-changed" is named
    And the mistake "several-variables-changed" says
      """
      2 variables changed since the previous run: which of them moved the score cannot be told. Change one at a time.
      """

  Scenario: One variable changed
    Given the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 0.5                      | 8.0   |
    When the run is posted to /advise
    Then the mistake "several-variables-changed" is not named

  Scenario: The sixth decision on one evaluation set, and no separate test set
    Given the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 8.0   |
      | R2 | 2        | 0.5                      | 8.1   |
      | R3 | 1        | 0.5                      | 8.2   |
      | R4 | 1        | 1.0                      | 8.3   |
      | R5 | 1        | 1.5                      | 8.4   |
    And the run scores 8.9 on a scale of 0 to 10
    When the run is posted to /advise
    Then the mistake "eval-set-overused" is named
    And the action "hold-out-final-test-set" is advised because of "eval-set-overused"

  Scenario: With a score on a separate test set the evaluation set is not overused
    Given the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 8.0   |
      | R2 | 2        | 0.5                      | 8.1   |
      | R3 | 1        | 0.5                      | 8.2   |
      | R4 | 1        | 1.0                      | 8.3   |
      | R5 | 1        | 1.5                      | 8.4   |
    And the run scores 8.9 on a scale of 0 to 10
    And the run scores 8.7 on a separate test set
    When the run is posted to /advise
    Then the mistake "eval-set-overused" is not named

  Scenario: A run that is judged without its curves
    Given the run scores 8.9 on a scale of 0 to 10
    When the run is posted to /advise
    Then the mistake "curves-ignored" is named

  Scenario: An earlier run whose best validation loss was noted had its curves looked at
    Given the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | 2        | 0.5                      | 0.310           | 8.0   |
    When the run is posted to /advise
    Then the mistake "curves-ignored" is not named

  Scenario: More data without a quality check, and no better score
    Given 1576 training examples
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | n_train | score |
      | R1 | 2        | 1.0                      | 335     | 9.0   |
    And the run scores 8.4 on a scale of 0 to 10
    When the run is posted to /advise
    Then the mistake "data-added-unchecked" is named
    And the action "audit-data" is advised because of "data-added-unchecked"

  Scenario: More data that was checked
    Given 1576 training examples
    And the quality of the training data was checked
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | n_train | score |
      | R1 | 2        | 1.0                      | 335     | 9.0   |
    And the run scores 8.4 on a scale of 0 to 10
    When the run is posted to /advise
    Then the mistake "data-added-unchecked" is not named

  Scenario: More data that helped
    Given 1576 training examples
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | n_train | score |
      | R1 | 2        | 1.0                      | 335     | 8.0   |
    And the run scores 8.9 on a scale of 0 to 10
    When the run is posted to /advise
    Then the mistake "data-added-unchecked" is not named

  Scenario: Old deployments waste quota and money
    Given the deployments
      | name    | run_id | in_use |
      | eval-r1 | R1     | no     |
      | live    | R2     | yes    |
    When the run is posted to /advise
    Then the mistake "stale-deployments" is named
    And the action "clean-up-deployments" is advised because of "stale-deployments"
    And the action "clean-up-deployments" changes no setting

  Scenario: A deployment whose use nobody stated is not called stale
    Given the deployments
      | name    | run_id |
      | eval-r1 | R1     |
    When the run is posted to /advise
    Then the mistake "stale-deployments" is not named
