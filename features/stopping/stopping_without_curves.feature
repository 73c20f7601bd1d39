Feature: A loop that is over is over, whether or not the last run has curves
  Iterative Training Workflow, "When to stop". Missing curves ask for a repair
  only where there is no score to go by either.

  Scenario: The budget is spent, the baseline beaten, and the last run has no curves: ship
    Given a supervised run
    And the run scores 9.0 on a scale of 0 to 10
    And the untuned base model scores 8.0
    And the budget has 0 runs left
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And the verdict is "ship"

  Scenario: With budget left the loop goes on, and the curves are asked for first
    Given a supervised run
    And the run scores 9.0 on a scale of 0 to 10
    And the untuned base model scores 8.0
    And the budget has 2 runs left
    When the run is posted to /advise
    Then the first action is "add-validation-data"
    And the verdict is "iterate"
