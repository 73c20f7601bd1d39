Feature: A validation loss that rises after its best epoch means overfitting, and the best epoch's checkpoint is deployed
  Training Curve Analysis, diagnosis table, row 3; the document names epoch 2, the rule holds for any epoch. A rise
  counts from 5 % on, and only beyond twice the noise of the evaluations.

  Scenario: Validation loss rises after epoch 2
    Given a supervised run
    And the settings
      | n_epochs |
      | 4        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.95            |
      | 200         | 2     | 0.70       | 0.80            |
      | 300         | 3     | 0.60       | 0.92            |
      | 400         | 4     | 0.54       | 1.05            |
    When the run is posted to /advise
    Then the finding "valid-loss-rises" is raised with medium severity
    And the diagnosis of "valid-loss-rises" is "Overfitting"
    And the source of "valid-loss-rises" mentions "diagnosis table, row 3"
    And the finding "valid-loss-rises" says
      """
      Validation loss was lowest (0.800) at step 200 and the last lies 31% above it, 3.8 times its noise.
      """
    And the finding "valid-loss-rises" rests on
      | signal                         | value | operator | threshold |
      | valid_loss_rise_ratio          | 0.31  | >        | 0.05      |
      | valid_loss_rise_noise_multiple | 3.85  | >        | 2         |
    And the first action is "deploy-earlier-checkpoint"
    And the action "deploy-earlier-checkpoint" changes checkpoint from 400 to 200
    And the action "reduce-epochs" is advised because of "valid-loss-rises"
    And the action "reduce-epochs" changes n_epochs from 4 to 2

  Scenario: The same after epoch 1
    Given a supervised run
    And the settings
      | n_epochs |
      | 3        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.80            |
      | 200         | 2     | 0.70       | 0.92            |
      | 300         | 3     | 0.60       | 1.05            |
    When the run is posted to /advise
    Then the finding "valid-loss-rises" is raised
    And the action "deploy-earlier-checkpoint" changes checkpoint from 300 to 100

  Scenario: Validation loss that still falls raises nothing
    Given a supervised run
    And the settings
      | n_epochs |
      | 4        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.95            |
      | 200         | 2     | 0.70       | 0.80            |
      | 300         | 3     | 0.60       | 0.75            |
      | 400         | 4     | 0.54       | 0.72            |
    When the run is posted to /advise
    Then the finding "valid-loss-rises" is not raised
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: A rise just beyond twice the noise has low confidence
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.80            |
      | 300         | 0.68       | 0.86            |
      | 400         | 0.67       | 0.93            |
    When the run is posted to /advise
    Then the finding "valid-loss-rises" is raised with medium severity and low confidence
