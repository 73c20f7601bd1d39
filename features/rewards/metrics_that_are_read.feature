Feature: Every metric of a reinforcement run is read
  Training Curve Analysis, "RFT metrics": seven columns. Errors are counts per step; they are compared as shares of the
  rollouts where their number is known.

  Scenario: Rewards, lengths and errors become the signals that the rules compare
    Given a reinforcement run
    And 20 rollouts per step
    And the checkpoints
      | step_number | train_mean_reward | full_valid_mean_reward | completion_tokens_mean | reasoning_tokens_mean | mean_unresponsive_rewards | train_sample_parse_error_count | train_other_error_count |
      | 10          | 0.30              | 0.32                   | 400                    | 1000                  | 0                         | 2                              | 0                       |
      | 20          | 0.40              | 0.40                   | 500                    | 1200                  | 0                         | 2                              | 1                       |
      | 30          | 0.50              | 0.48                   | 600                    | 1500                  | 0.6                       | 2                              | 2                       |
    When the run is posted to /advise
    Then the signal reward_points is 3
    And the signal valid_reward_last_share is 0.40
    And the signal completion_tokens_growth_ratio is 1.5
    And the signal reasoning_tokens_growth_ratio is 1.5
    And the signal unresponsive_share is 0.2
    And the signal parse_error_share is 0.1
    And the signal other_errors_total is 3
