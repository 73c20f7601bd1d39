Feature: A final validation loss more than 20 % above the best is named
  Training Curve Analysis, the check below the ratio table: overfit where the final validation loss is above 1.2 times
  the best one. The check counts only beyond the noise of the evaluations.

  Scenario: The final loss lies 22 % above the best
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.64            |
      | 200         | 0.45       | 0.50            |
      | 300         | 0.36       | 0.57            |
      | 400         | 0.30       | 0.61            |
    When the run is posted to /advise
    Then the finding "final-loss-above-best" is raised with medium severity
    And the finding "final-loss-above-best" says
      """
      The lowest validation loss is 0.5000 and the last one 0.6100: 22% above it.
      """
    And the action "deploy-earlier-checkpoint" is advised because of "final-loss-above-best"
    And the action "deploy-earlier-checkpoint" changes checkpoint from 400 to 200

  Scenario: Exactly 1.2 times the best is not above it
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.64            |
      | 200         | 0.45       | 0.50            |
      | 300         | 0.36       | 0.57            |
      | 400         | 0.30       | 0.60            |
    When the run is posted to /advise
    Then the finding "final-loss-above-best" is not raised

  Scenario: A rise that one noisy batch explains is not named
    With four points of one batch each the noise cannot be measured, and 15 % per point is assumed.

    Given a supervised run
    And the checkpoints
      | step_number | train_loss | valid_loss |
      | 100         | 0.60       | 0.64       |
      | 200         | 0.45       | 0.50       |
      | 300         | 0.40       | 0.55       |
      | 400         | 0.38       | 0.64       |
    When the run is posted to /advise
    Then the signal valid_loss_rise_ratio is 0.28
    And the finding "final-loss-above-best" is not raised
    And the action "deploy-earlier-checkpoint" is not advised
