Feature: The quick sweep moves one setting by one rung
  Iterative Training Workflow, "Quick sweep strategy": start at 2 epochs and multiplier 1.0; overfitting: multiplier 0.5
  or 1 epoch; underfitting: multiplier 1.5 or 3 epochs; good learning rate found: batch size 16 or 32.

  Scenario: Overfitting at 2 epochs and 1.0: multiplier 0.5 or 1 epoch
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And 800 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 50          | 0.5   | 0.90       | 0.95            |
      | 100         | 1     | 0.70       | 0.78            |
      | 150         | 1.5   | 0.62       | 0.90            |
      | 200         | 2     | 0.55       | 1.00            |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5
    And the action "reduce-epochs" changes n_epochs from 2 to 1

  Scenario: The same with the service's own settings counts from the sweep's baseline of 2 epochs at 1.0
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | auto     | auto                     |
    And 800 training examples
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 50          | 0.90       | 0.95            |
      | 100         | 0.70       | 0.78            |
      | 150         | 0.62       | 0.90            |
      | 200         | 0.55       | 1.00            |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from auto to 0.5
    And the action "reduce-epochs" changes n_epochs from auto to 1

  Scenario: Underfitting at 2 epochs and 1.0: more epochs or multiplier 1.5
    The run is still improving at its end: the sweep goes one rung up, to 3 epochs or to 1.5.

    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And 800 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 125         | 0.5   | 1.40       | 1.45            |
      | 250         | 1     | 1.20       | 1.25            |
      | 375         | 1.5   | 1.02       | 1.07            |
      | 500         | 2     | 0.86       | 0.91            |
    When the run is posted to /advise
    Then the finding "underfitting" is raised
    And the diagnosis of "underfitting" is "Trained too little"
    And the action "increase-epochs" is advised because of "underfitting"
    And the action "increase-epochs" changes n_epochs from 2 to 3
    And the action "raise-learning-rate" is advised because of "underfitting"
    And the action "raise-learning-rate" changes learning_rate_multiplier from 1 to 1.5

  Scenario Outline: Once the learning rate is good, the batch goes from <now> to <next>
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 0.5                      | <now>      |
    And 20000 training examples
    And every 300 steps the train_loss is 1.40 1.10 0.95 0.86 0.80 0.76 0.74 0.73
    And every 300 steps the full_valid_loss is 1.42 1.14 1.00 0.92 0.87 0.85 0.845 0.845
    And the run scores 8.6 on a scale of 0 to 10
    And the untuned base model scores 6.0
    When the run is posted to /advise
    Then the action "refine-further" changes batch_size from <now> to <next>

    Examples:
      | now  | next |
      | 8    | 16   |
      | 16   | 32   |
      | auto | 16   |
