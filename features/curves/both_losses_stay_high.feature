Feature: Losses that settle high mean that the task is too hard
  Training Curve Analysis, diagnosis table, row 6: a larger model or a simpler task. High is more than 2 nats per token;
  a preference loss is high near ln 2 = 0.69, the loss of a coin.

  Scenario: Both losses settle above 2 nats
    Given a supervised run of gpt-4.1-mini
    And 3000 training examples
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 3.20       | 3.25            |
      | 200         | 2.60       | 2.70            |
      | 300         | 2.45       | 2.52            |
      | 400         | 2.44       | 2.51            |
      | 500         | 2.43       | 2.50            |
      | 600         | 2.43       | 2.50            |
    When the run is posted to /advise
    Then the finding "both-losses-stay-high" is raised with high severity
    And the diagnosis of "both-losses-stay-high" is "Task too hard"
    And the action "use-larger-model" is advised because of "both-losses-stay-high"
    And the action "use-larger-model" changes base_model from gpt-4.1-mini to gpt-oss-20b
    And the action "simplify-task" is advised because of "both-losses-stay-high"

  Scenario: Both losses have settled and the score is no better than the untuned model's
    Given a supervised run of gpt-4.1-mini
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.40       | 1.45            |
      | 200         | 1.25       | 1.31            |
      | 300         | 1.21       | 1.27            |
      | 400         | 1.20       | 1.26            |
      | 500         | 1.20       | 1.26            |
      | 600         | 1.20       | 1.26            |
    And the run scores 3.1 on a scale of 0 to 10
    And the untuned base model scores 3.0
    When the run is posted to /advise
    Then the finding "both-losses-stay-high" is raised
    And the action "use-larger-model" is advised because of "both-losses-stay-high"
    And the action "simplify-task" is advised because of "both-losses-stay-high"

  Scenario: High losses that still fall are no plateau
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 3.60       | 3.65            |
      | 200         | 3.20       | 3.30            |
      | 300         | 2.80       | 2.92            |
      | 400         | 2.40       | 2.55            |
    When the run is posted to /advise
    Then the finding "both-losses-stay-high" is not raised

  Scenario: A preference run that never leaves chance
    Given a preference run of gpt-4.1-mini
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.693      | 0.693           |
      | 200         | 0.690      | 0.692           |
      | 300         | 0.688      | 0.691           |
      | 400         | 0.687      | 0.690           |
    When the run is posted to /advise
    Then the finding "both-losses-stay-high" is raised with high severity
    And the diagnosis of "both-losses-stay-high" is "The preferences cannot be told apart"
