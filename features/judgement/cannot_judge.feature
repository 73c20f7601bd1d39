Feature: Too little data is said, not guessed at
  Beyond the two documents: nearly half of all published fine-tunes logged no evaluation. "Cannot judge" is a finding with
  what is missing, and the way to mend it comes first.

  Scenario: No validation losses
    Given a supervised run
    And every 50 steps the train_loss is 1.20 0.95 0.84 0.79 0.76 0.74
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And the finding "cannot-judge" says
      """
      Points of validation loss: 0, of train loss: 6; a trend needs three validation losses at least.
      """
    And the first action is "add-validation-data"
    And the action "add-validation-data" belongs to "unblock"
    And the verdict is "fix"
    And the finding "healthy-curves" is not raised
    And the finding "overfitting" is not raised

  Scenario: Two validation losses are no trend
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.80            |
      | 200         | 0.60       | 1.20            |
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And the finding "overfitting" is not raised

  Scenario: No checkpoints at all
    Given a supervised run
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And there is no best checkpoint
    And there is no next experiment

  Scenario: Three validation losses are enough for a careful word
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | 1.00       | 1.06            |
      | 300         | 0.90       | 0.97            |
    When the run is posted to /advise
    Then the finding "cannot-judge" is not raised
    And the finding "healthy-curves" is raised with info severity and low confidence
