Feature: A train loss that barely decreases means too low a learning rate or noisy data
  Training Curve Analysis, diagnosis table, row 1. "Barely" is less than 3 % over the run, for train and validation loss
  alike. The curves alone cannot tell the two causes apart, so both actions appear, unless the settings can.

  Scenario: Neither loss moves
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 0.5                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 1.500      | 1.520           |
      | 200         | 2     | 1.490      | 1.515           |
      | 300         | 3     | 1.480      | 1.510           |
    When the run is posted to /advise
    Then the finding "train-loss-barely-decreases" is raised with high severity
    And the diagnosis of "train-loss-barely-decreases" is "Learning rate too low or noisy data"
    And the action "raise-learning-rate" is advised because of "train-loss-barely-decreases"
    And the action "raise-learning-rate" changes learning_rate_multiplier from 0.5 to 1
    And the action "clean-data" is advised because of "train-loss-barely-decreases"
    And the finding "healthy-curves" is not raised

  Scenario: With a learning rate far below the usual range the rate is the cause
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 0.02                     |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 1.500      | 1.520           |
      | 200         | 2     | 1.490      | 1.515           |
      | 300         | 3     | 1.480      | 1.510           |
    When the run is posted to /advise
    Then the action "raise-learning-rate" is advised because of "train-loss-barely-decreases"
    And the action "raise-learning-rate" ranks before "clean-data"
    And the next experiment changes learning_rate_multiplier from 0.02 to 1

  Scenario: With a learning rate already high the data are the cause
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 2.0                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 1.500      | 1.520           |
      | 200         | 2     | 1.490      | 1.515           |
      | 300         | 3     | 1.480      | 1.510           |
    When the run is posted to /advise
    Then the action "clean-data" is advised because of "train-loss-barely-decreases"
    And the action "clean-data" ranks before "raise-learning-rate"

  Scenario: A train loss that falls by a tenth is decreasing
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.50       | 1.52            |
      | 200         | 1.42       | 1.46            |
      | 300         | 1.30       | 1.40            |
    When the run is posted to /advise
    Then the finding "train-loss-barely-decreases" is not raised
