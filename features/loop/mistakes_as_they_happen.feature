Feature: Common mistakes are pointed out in the moment in which a run is recorded
  Iterative Training Workflow, "Common mistakes". Whoever records an experiment is told at once, before the next run costs
  money: compared is the newest run with what the project's record says of those before it.

  Scenario: The first run of a project that nobody measured the untuned model for
    Given a project
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
    Then recording it points out "no-baseline", which says
      """
      The untuned base model's score was not given, so that no gain can be told.
      """

  Scenario: Epochs and learning rate at once
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 3        | 0.5                      | 0.310           | 9.15  |
    Then recording it points out "several-variables-changed"

  Scenario: The document's own step, one variable, is no mistake
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
    Then recording it points out no mistake

  Scenario: Going back to the better run and changing one thing there is one change
    R3 was a step in the wrong direction. R4 sets out from R2 again and says so.

    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | auto       | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | auto       | 0.310           | 9.15  |
      | R3 | gpt-4.1-mini | v1      | 335     | 2        | 0.1                      | auto       | 0.350           | 8.40  |
    And experiment R4 is R2 with batch_size 16
    And every 42 steps the full_valid_loss is 0.52 0.40 0.34 0.31
    When R4 is recorded and advised on
    Then recording it points out no mistake
    And the signal changed_variables_count is 1

  Scenario: The sixth decision on one evaluation set
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
      | R3 | gpt-4.1-mini | v1      | 335     | 1        | 0.5                      | 0.330           | 8.90  |
      | R4 | gpt-4.1-mini | v1      | 335     | 3        | 0.5                      | 0.305           | 9.20  |
      | R5 | gpt-4.1-mini | v1      | 335     | 3        | 0.7                      | 0.303           | 9.25  |
      | R6 | gpt-4.1-mini | v1      | 335     | 3        | 0.8                      | 0.304           | 9.20  |
    Then recording it points out "eval-set-overused"

  Scenario: A run that is recorded without any loss
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 8.05  |
    Then recording it points out "curves-ignored"

  Scenario: More data that nobody checked, and a lower score
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
      | R2 | gpt-4.1-mini | v2      | 1576    | 2        | 0.5                      | 0.420           | 8.40  |
    Then recording it points out "data-added-unchecked"

  Scenario: A deployment of an earlier experiment that nobody uses any more
    Given a project whose untuned base model scores 7.2
    And its experiments so far are
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 335     | 2        | 1.0                      | 0.320           | 8.05  |
      | R2 | gpt-4.1-mini | v1      | 335     | 2        | 0.5                      | 0.310           | 9.15  |
    And the deployments
      | name    | run_id | in_use |
      | eval-r1 | R1     | no     |
      | live    | R2     | yes    |
    When R2 is advised on again
    Then the mistake "stale-deployments" is named
    And the action "clean-up-deployments" is advised because of "stale-deployments"
