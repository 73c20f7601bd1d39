Feature: The project's own record says when to stop
  Iterative Training Workflow, "When to stop", with the experiments in the store instead of the request: only the newest run
  is named, its predecessors, the baseline and the goal are looked up. Scores are on a scale of 0 to 10, on which the
  document's 0.1 points count as they stand.

  Scenario: Baseline beaten by more than 5 % and the last three experiments brought nothing: ship the best
    Given a project whose untuned base model scores 8.0
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 9.00  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 8.90  |
      | R3 | gpt-4.1-mini | v1      | 335     | 1        | 0.5                      | 0.330           | 8.80  |
      | R4 | gpt-4.1-mini | v1      | 335     | 1        | 1.0                      | 0.330           | 8.90  |
    When R4 is advised on again
    Then the stopping criterion "beaten-baseline-and-flat" is met
    And the action "ship" is advised because of "beaten-baseline-and-flat"
    And the verdict is "ship"

  Scenario: Each of the last experiments gained less than 0.1 points: diminishing returns
    Given a project whose untuned base model scores 8.0
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 9.00  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.05  |
      | R3 | gpt-4.1-mini | v1      | 335     | 3        | 0.5                      | 0.308           | 9.09  |
      | R4 | gpt-4.1-mini | v1      | 335     | 3        | 0.7                      | 0.307           | 9.12  |
    When R4 is advised on again
    Then the stopping criterion "diminishing-returns" is met
    And the stopping criterion "beaten-baseline-and-flat" is not met
    And there is no next experiment
    And the verdict is "ship"

  Scenario: The project's target is reached: good enough for production
    Given a project whose untuned base model scores 7.2
    And its target is 9.0
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
    When R2 is advised on again
    Then the stopping criterion "good-enough" is met
    And the verdict is "ship"

  Scenario: A score on another scale reaches no target: nobody can say how the two scales compare
    Given a project whose untuned base model scores 7.2
    And its target is 9.0
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
    And experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 100 steps the full_valid_loss is 0.50 0.40 0.31
    And the run scores 60 on a scale of 0 to 100
    When R2 is recorded and advised on
    Then the stopping criterion "good-enough" is not met
    And the verdict is "iterate"
    And the answer warns
      """
      The run is scored on another scale than the runs before it, [0, 10]: it is compared neither with theirs nor with the
      baseline and the target.
      """

  Scenario: The project's budget is spent and nothing beats the baseline: stop, there is nothing to ship
    Given a project whose untuned base model scores 8.5
    And it has 0 runs left
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
    When R1 is advised on again
    Then the stopping criterion "budget-exhausted" is met
    And the action "stop" is advised because of "budget-exhausted"
    And the verdict is "stop"

  Scenario: The document's table is no place to stop: the last change brought 1.1 points
    Given a project whose untuned base model scores 7.2
    And it has 4 runs left
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
    When R2 is advised on again
    Then the signal score_gain_over_reference is 1.1
    And the stopping criterion "budget-exhausted" is not met
    And the verdict is "iterate"
