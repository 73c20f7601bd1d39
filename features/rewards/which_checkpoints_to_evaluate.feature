Feature: Two or three checkpoints of a reinforcement run go through the real evaluation
  Training Curve Analysis, "RFT checkpoint selection": do not rely on validation reward alone; evaluate the peak, the
  final and a middle one. Equal accuracy at fewer tokens is strictly better.

  Scenario: Peak, final and middle
    Given a reinforcement run
    And the checkpoints
      | step_number | fine_tuned_model_checkpoint | train_mean_reward | full_valid_mean_reward |
      | 10          | ft:o4-mini:ckpt-10          | 0.40              | 0.41                   |
      | 20          | ft:o4-mini:ckpt-20          | 0.48              | 0.50                   |
      | 30          | ft:o4-mini:ckpt-30          | 0.55              | 0.56                   |
      | 40          | ft:o4-mini:ckpt-40          | 0.60              | 0.63                   |
      | 50          | ft:o4-mini:ckpt-50          | 0.63              | 0.61                   |
      | 60          | ft:o4-mini                  | 0.65              | 0.60                   |
    When the run is posted to /advise
    Then the best checkpoint is step 40 by full_valid_mean_reward of 0.63
    And the checkpoints worth an evaluation are
      | step_number | reason |
      | 40          | peak   |
      | 60          | final  |
      | 30          | middle |
    And the action "evaluate-candidates" is advised
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: Where the last checkpoint is the peak, two candidates are left
    Given a reinforcement run
    And the checkpoints
      | step_number | train_mean_reward | full_valid_mean_reward |
      | 10          | 0.40              | 0.41                   |
      | 20          | 0.48              | 0.50                   |
      | 30          | 0.55              | 0.56                   |
      | 40          | 0.60              | 0.63                   |
    When the run is posted to /advise
    Then the checkpoints worth an evaluation are
      | step_number | reason |
      | 40          | peak   |
      | 20          | middle |

  Scenario: Equal accuracy at fewer tokens wins
    Given a reinforcement run
    And the checkpoints
      | step_number | train_mean_reward | full_valid_mean_reward | completion_tokens_mean |
      | 10          | 0.40              | 0.41                   | 300                    |
      | 20          | 0.48              | 0.50                   | 410                    |
      | 30          | 0.55              | 0.56                   | 600                    |
      | 40          | 0.60              | 0.63                   | 640                    |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 20          | 8.1   |
      | 30          | 8.1   |
      | 40          | 7.9   |
    When the run is posted to /advise
    Then the best checkpoint is step 20 by evaluation_score of 8.1
    And the checkpoints worth an evaluation are
      | step_number | reason        |
      | 20          | fewest-tokens |
      | 40          | final         |

  Scenario: The tokens that were counted in the evaluation decide over those of the training
    Given a reinforcement run
    And the checkpoints
      | step_number | train_mean_reward | full_valid_mean_reward |
      | 10          | 0.40              | 0.41                   |
      | 20          | 0.48              | 0.50                   |
      | 30          | 0.55              | 0.56                   |
      | 40          | 0.60              | 0.63                   |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score | completion_tokens_mean |
      | 20          | 8.1   | 520                    |
      | 30          | 8.1   | 480                    |
    When the run is posted to /advise
    Then the best checkpoint is step 30 by evaluation_score of 8.1
    And the checkpoints worth an evaluation are
      | step_number | reason        |
      | 30          | fewest-tokens |
      | 40          | final         |
      | 20          | middle        |
