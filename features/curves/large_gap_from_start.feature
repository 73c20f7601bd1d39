Feature: A large gap between the losses from the start means insufficient or mismatched data
  Training Curve Analysis, diagnosis table, row 7: add diverse training data. Large is a ratio above 1.5 at the first
  evaluation already, and still at the last.

  Scenario: Validation loss is nearly twice the train loss at every evaluation
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 50          | 1.00       | 1.80            |
      | 100         | 0.90       | 1.66            |
      | 150         | 0.84       | 1.58            |
      | 200         | 0.80       | 1.52            |
    When the run is posted to /advise
    Then the finding "large-gap-from-start" is raised
    And the diagnosis of "large-gap-from-start" is "Insufficient or mismatched data"
    And the finding "large-gap-from-start" says
      """
      Validation loss was 1.8 times the train loss at the first evaluation and is 1.9 times at the last.
      """
    And the action "add-diverse-data" is advised because of "large-gap-from-start"
    And the action "add-diverse-data" changes dataset from unknown to more diverse examples

  Scenario: A gap that opens during the run is not there from the start
    Given a supervised run
    And every 50 steps the train_loss is 1.20 1.00 0.85 0.72 0.61 0.52 0.44 0.37 0.31 0.26 0.22 0.19
    And every 50 steps the full_valid_loss is 1.25 1.08 0.97 0.91 0.88 0.90 0.95 1.02 1.10 1.19 1.29 1.40
    When the run is posted to /advise
    Then the finding "large-gap-from-start" is not raised
