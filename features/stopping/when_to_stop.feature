Feature: Four criteria say when to stop; each is met, not met or unknown
  Iterative Training Workflow, "When to stop": baseline beaten by more than 5 % and the last three experiments brought
  nothing; each experiment improves by less than 0.1 points (1 % of the scale); good enough for production; budget spent.
  The last three experiments include this one.

  Background:
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 1.0                      |
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | 1.00       | 1.06            |
      | 300         | 0.90       | 0.97            |

  Scenario: Baseline beaten and the last three experiments flat: ship
    Given the untuned base model scores 8.0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 9.0   |
      | R2 | 2        | 0.5                      | 8.9   |
      | R3 | 2        | 1.5                      | 8.8   |
    And the run scores 8.9 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "beaten-baseline-and-flat" is met
    And the stopping criterion "diminishing-returns" is met
    And the action "ship" is advised because of "beaten-baseline-and-flat"
    And the action "stop" is not advised
    And the verdict is "ship"

  Scenario: Baseline beaten by 5 % is not more than 5 %
    Given the untuned base model scores 60
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 63    |
      | R2 | 2        | 0.5                      | 62    |
      | R3 | 2        | 1.5                      | 62    |
    And the run scores 61 on a scale of 0 to 100
    When the run is posted to /advise
    Then the stopping criterion "beaten-baseline-and-flat" is not met

  Scenario: An experiment that still gains keeps the loop going
    Given the untuned base model scores 8.0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 8.5   |
      | R2 | 2        | 0.5                      | 8.7   |
      | R3 | 2        | 1.5                      | 8.6   |
    And the run scores 9.2 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "beaten-baseline-and-flat" is not met
    And the stopping criterion "diminishing-returns" is not met
    And the verdict is "iterate"

  Scenario: Each experiment gained less than 0.1 points
    Given the untuned base model scores 8.0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 9.00  |
      | R2 | 2        | 0.5                      | 9.05  |
      | R3 | 2        | 1.5                      | 9.09  |
    And the run scores 9.12 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "diminishing-returns" is met
    And the stopping criterion "beaten-baseline-and-flat" is not met
    And the action "ship" is advised because of "diminishing-returns"
    And the verdict is "ship"

  Scenario: Diminishing returns below the baseline: stop, there is nothing to ship
    Given the untuned base model scores 8.0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 7.5   |
      | R2 | 2        | 0.5                      | 7.4   |
      | R3 | 2        | 1.5                      | 7.5   |
    And the run scores 7.4 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "diminishing-returns" is met
    And the action "stop" is advised because of "diminishing-returns"
    And the action "ship" is not advised
    And the verdict is "stop"

  Scenario: The target is reached: good enough
    Given a score of 9.0 is good enough
    And the run scores 9.15 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "good-enough" is met
    And the action "ship" is advised because of "good-enough"
    And the verdict is "ship"

  Scenario: The target is not reached
    Given a score of 9.5 is good enough
    And the run scores 9.15 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "good-enough" is not met
    And the stopping criterion "good-enough" says
      """
      The best score stays below the target of 9.5 (-0.35 points).
      """

  Scenario Outline: No <unit> left: the budget is spent
    Given the run scores 9.0 on a scale of 0 to 10
    And the untuned base model scores 8.0
    And the budget has 0 <unit> left
    When the run is posted to /advise
    Then the stopping criterion "budget-exhausted" is met
    And the action "ship" is advised because of "budget-exhausted"
    And the verdict is "ship"

    Examples:
      | unit  |
      | runs  |
      | money |
      | hours |

  Scenario: The budget is spent and the baseline not beaten: stop
    Given the run scores 7.0 on a scale of 0 to 10
    And the untuned base model scores 8.0
    And the budget has 0 runs left
    When the run is posted to /advise
    Then the action "stop" is advised because of "budget-exhausted"
    And the verdict is "stop"

  Scenario: Some budget is left
    Given the budget has 3 runs left
    And the budget has 120 money left
    When the run is posted to /advise
    Then the stopping criterion "budget-exhausted" is not met

  Scenario: What is not said is unknown, never "not met"
    When the run is posted to /advise
    Then the stopping criterion "beaten-baseline-and-flat" is unknown
    And the stopping criterion "diminishing-returns" is unknown
    And the stopping criterion "good-enough" is unknown
    And the stopping criterion "budget-exhausted" is unknown

  Scenario: On a scale of 0 to 100 the 0.1 points of the document are one point
    Given the untuned base model scores 60
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 70.0  |
      | R2 | 2        | 0.5                      | 70.8  |
      | R3 | 2        | 1.5                      | 71.5  |
    And the run scores 72.1 on a scale of 0 to 100
    When the run is posted to /advise
    Then the stopping criterion "diminishing-returns" is met

  Scenario: A baseline of zero is beaten by 5 % of the scale
    Given the untuned base model scores 0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | score |
      | R1 | 2        | 1.0                      | 3.0   |
      | R2 | 2        | 0.5                      | 2.9   |
      | R3 | 2        | 1.5                      | 2.8   |
    And the run scores 2.9 on a scale of 0 to 10
    When the run is posted to /advise
    Then the stopping criterion "beaten-baseline-and-flat" is met
