Feature: A train loss that crashes to about zero means easy data or too high a learning rate
  Training Curve Analysis, diagnosis table, row 2: lower the learning rate or add harder examples. Where the validation
  loss is at its minimum nothing was harmed: then harder examples come first. Where it rises, the rate comes first.

  Scenario: Train loss is zero and validation loss is at its minimum: harder examples first
    Given a supervised run
    And every 20 steps the train_loss is 1.20 0.50 0.15 0.05 0.02 0.01 0.01 0.01
    And every 20 steps the full_valid_loss is 1.25 0.60 0.42 0.38 0.36 0.355 0.352 0.35
    When the run is posted to /advise
    Then the finding "train-loss-collapses" is raised with low severity
    And the action "add-harder-examples" is advised because of "train-loss-collapses"
    And the action "lower-learning-rate" is advised because of "train-loss-collapses"
    And the action "add-harder-examples" ranks before "lower-learning-rate"
    And the finding "overfitting" is not raised

  Scenario: Train loss is zero and validation loss rises: lower the learning rate first
    Given a supervised run
    And the settings
      | learning_rate_multiplier |
      | 2.0                      |
    And every 20 steps the train_loss is 1.20 0.50 0.15 0.05 0.02 0.01 0.01 0.01
    And every 20 steps the full_valid_loss is 1.25 0.60 0.48 0.52 0.58 0.64 0.70 0.76
    When the run is posted to /advise
    Then the finding "train-loss-collapses" is raised with medium severity
    And the action "lower-learning-rate" is advised because of "train-loss-collapses"
    And the action "lower-learning-rate" ranks before "add-harder-examples"

  Scenario: A low train loss that started low did not crash
    Given a supervised run
    And every 20 steps the train_loss is 0.060 0.050 0.045 0.042 0.040 0.038 0.036 0.035
    And every 20 steps the full_valid_loss is 0.065 0.055 0.050 0.047 0.045 0.043 0.042 0.041
    When the run is posted to /advise
    Then the finding "train-loss-collapses" is not raised
