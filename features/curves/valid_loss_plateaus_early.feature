Feature: A validation loss that no longer improves after epoch 1 means that the run learned quickly
  Training Curve Analysis, diagnosis table, row 4: try one epoch or a lower learning rate. This is a saving, not a fault.

  Scenario: Nothing is gained after the first epoch
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 1.0                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 50          | 0.5   | 0.90       | 0.95            |
      | 100         | 1     | 0.70       | 0.750           |
      | 200         | 2     | 0.68       | 0.748           |
      | 300         | 3     | 0.67       | 0.749           |
    When the run is posted to /advise
    Then the finding "valid-loss-plateaus-early" is raised with low severity
    And the diagnosis of "valid-loss-plateaus-early" is "Learned quickly"
    And the finding "valid-loss-plateaus-early" says
      """
      What came after the first epoch improved the validation loss by less than 3%.
      """
    And the action "reduce-epochs" is advised because of "valid-loss-plateaus-early"
    And the action "reduce-epochs" changes n_epochs from 3 to 1
    And the action "lower-learning-rate" is advised because of "valid-loss-plateaus-early"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5

  Scenario: One evaluation per epoch is enough to see it
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 1.0                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.70       | 0.750           |
      | 200         | 2     | 0.62       | 0.748           |
      | 300         | 3     | 0.58       | 0.749           |
    When the run is posted to /advise
    Then the finding "valid-loss-plateaus-early" is raised
    And the action "reduce-epochs" changes n_epochs from 3 to 1

  Scenario: A second epoch that brings a tenth is no plateau
    Given a supervised run
    And the settings
      | n_epochs |
      | 2        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 50          | 0.5   | 0.90       | 0.95            |
      | 100         | 1     | 0.70       | 0.75            |
      | 150         | 1.5   | 0.65       | 0.70            |
      | 200         | 2     | 0.60       | 0.66            |
    When the run is posted to /advise
    Then the finding "valid-loss-plateaus-early" is not raised
