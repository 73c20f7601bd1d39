Feature: A validation loss that swings up and down means a small batch or inconsistent data
  Training Curve Analysis, diagnosis table, row 5: increase the batch size or audit the data; a lower learning rate
  calms swings as well. A swing is a turn with moves of 3 % and more on both sides.

  Scenario: The loss swings by a tenth at every evaluation
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 1.0                      | 8          |
    And every 50 steps the train_loss is 1.00 0.90 0.85 0.80 0.77 0.75 0.74 0.73
    And every 50 steps the full_valid_loss is 1.02 0.90 1.00 0.87 0.98 0.85 0.96 0.88
    When the run is posted to /advise
    Then the finding "valid-loss-oscillates" is raised with medium severity
    And the diagnosis of "valid-loss-oscillates" is "Small batch or inconsistent data"
    And the action "increase-batch-size" is advised because of "valid-loss-oscillates"
    And the action "increase-batch-size" changes batch_size from 8 to 16
    And the action "audit-data" is advised because of "valid-loss-oscillates"
    And the action "lower-learning-rate" is advised because of "valid-loss-oscillates"
    And the finding "overfitting" is not raised
    And the action "reduce-batch-size" is not advised

  Scenario: Swings of 1 % are noise
    Given a supervised run
    And every 50 steps the train_loss is 1.00 0.90 0.85 0.80 0.77 0.75 0.74 0.73
    And every 50 steps the full_valid_loss is 1.02 0.93 0.94 0.88 0.885 0.85 0.855 0.84
    When the run is posted to /advise
    Then the finding "valid-loss-oscillates" is not raised

  Scenario: One turn is a minimum, not an oscillation
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.80            |
      | 300         | 0.60       | 0.92            |
      | 400         | 0.54       | 1.05            |
    When the run is posted to /advise
    Then the finding "valid-loss-oscillates" is not raised

  Scenario: The two validation losses are never mixed into one curve
    Full passes and single batches take turns here; each of them alone is smooth.

    Given a supervised run
    And the checkpoints
      | step_number | train_loss | valid_loss | full_valid_loss |
      | 50          | 1.00       | 1.30       |                 |
      | 100         | 0.92       |            | 1.00            |
      | 150         | 0.86       | 1.20       |                 |
      | 200         | 0.81       |            | 0.90            |
      | 250         | 0.77       | 1.12       |                 |
      | 300         | 0.74       |            | 0.84            |
      | 350         | 0.72       | 1.08       |                 |
      | 400         | 0.71       |            | 0.80            |
    When the run is posted to /advise
    Then the finding "valid-loss-oscillates" is not raised
