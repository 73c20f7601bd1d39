Feature: Data quality is the first lever
  Iterative Training Workflow, priority 1: fix inconsistencies, add diversity, reduce noise.

  Scenario: Train loss above validation loss on a learned task: some training answers contradict the rest
    Given a supervised run
    And the settings
      | n_epochs |
      | 3        |
    And every 50 steps the train_loss is 1.20 0.95 0.88 0.84 0.82 0.80
    And every 50 steps the full_valid_loss is 0.90 0.62 0.52 0.48 0.46 0.45
    When the run is posted to /advise
    Then the finding "label-noise" is raised with high severity
    And the diagnosis of "label-noise" is "Wrong or contradicting training labels"
    And the action "clean-data" is advised because of "label-noise"
    And the action "clean-data" changes dataset from unknown to cleaned

  Scenario: A validation loss far below the train loss raises the question of leakage
    Given a supervised run
    And the settings
      | n_epochs |
      | 1        |
    And every 50 steps the train_loss is 1.20 0.95 0.88 0.84 0.82 0.80
    And every 50 steps the full_valid_loss is 0.85 0.65 0.60 0.58 0.57 0.56
    When the run is posted to /advise
    Then the finding "leakage-suspected" is raised with low severity and low confidence
    And the action "check-leakage" is advised because of "leakage-suspected"
    And the action "check-leakage" belongs to "unblock"

  Scenario: Fewer than a hundred examples: more of them help more than any other change
    Given a supervised run
    And 60 training examples
    When the run is posted to /advise
    Then the finding "dataset-very-small" is raised with high severity and high confidence
    And the action "add-data" is advised because of "dataset-very-small"
    And the next experiment changes dataset from 60 to 1000
