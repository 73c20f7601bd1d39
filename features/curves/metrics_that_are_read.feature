Feature: Every metric of a supervised run is read
  Training Curve Analysis, "SFT metrics": six columns. The full-pass figures are more accurate and less frequent: a trend
  is read off them from three points on, else off the one-batch figures.

  Scenario: Losses and accuracies become the signals that the rules compare
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | train_mean_token_accuracy | valid_loss | valid_mean_token_accuracy | full_valid_loss | full_valid_mean_token_accuracy |
      | 100         | 0.90       | 0.70                      | 1.30       | 0.60                      | 0.95            | 0.69                           |
      | 200         | 0.70       | 0.78                      | 1.25       | 0.61                      | 0.80            | 0.75                           |
      | 300         | 0.60       | 0.82                      | 1.28       | 0.60                      | 0.72            | 0.79                           |
    When the run is posted to /advise
    Then the signal train_loss_first is 0.90
    And the signal train_token_accuracy_last is 0.82
    And the signal valid_loss_last is 0.72
    And the signal valid_token_accuracy_last is 0.79
    And the signal token_accuracy_gap is 0.03
    And the signal valid_loss_is_full is 1

  Scenario: Two full passes are too few for a trend, so the one-batch losses are read
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | valid_loss | full_valid_loss |
      | 100         | 0.90       | 0.95       |                 |
      | 200         | 0.70       | 0.80       | 0.81            |
      | 300         | 0.60       | 0.75       |                 |
      | 400         | 0.55       | 0.72       | 0.73            |
    When the run is posted to /advise
    Then the signal valid_loss_is_full is 0
    And the signal valid_loss_points is 4
    And the signal valid_loss_last is 0.72

  Scenario: Token accuracy says that little is learned yet
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss | full_valid_mean_token_accuracy |
      | 100         | 2.40       | 2.45            | 0.42                           |
      | 200         | 2.00       | 2.10            | 0.50                           |
      | 300         | 1.70       | 1.80            | 0.55                           |
    When the run is posted to /advise
    Then the finding "little-learned-yet" says
      """
      55% of the validation tokens are right: more than one thing is missing.
      """

  Scenario: A validation accuracy that is perfect at once raises the question of leakage
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss | full_valid_mean_token_accuracy |
      | 100         | 0.40       | 0.30            | 0.995                          |
      | 200         | 0.30       | 0.25            | 0.996                          |
      | 300         | 0.25       | 0.22            | 0.997                          |
    When the run is posted to /advise
    Then the finding "leakage-suspected" is raised with low severity
    And the finding "leakage-suspected" says
      """
      99.5% of the validation tokens were right at the first evaluation already.
      """
    And the action "check-leakage" is advised because of "leakage-suspected"

  Scenario: Metrics of unknown names are kept and disturb nothing
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss | my_own_metric | grad_norm |
      | 100         | 0.90       | 0.95            | 17            | 0.3       |
      | 200         | 0.70       | 0.80            | high          | 0.2       |
      | 300         | 0.60       | 0.72            | 12            | NaN       |
    When the run is posted to /advise
    Then the best checkpoint is step 300 by full_valid_loss of 0.72
