Feature: Rollouts without scoreable output are named when they are many or growing
  Training Curve Analysis, "RFT metrics": mean_unresponsive_rewards. More than 5 % is worth a look, more than 15 % costs
  the run.

  Scenario: A growing share of rollouts ends without output
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.30 0.34 0.38 0.42 0.45 0.48 0.50 0.52
    And every 1 steps the mean_unresponsive_rewards is 0.00 0.02 0.03 0.05 0.07 0.08 0.09 0.10
    When the run is posted to /advise
    Then the finding "unresponsive-rollouts" is raised with medium severity
    And the finding "unresponsive-rollouts" says
      """
      Over the last steps 9% of the rollouts have no scoreable output, and nothing is learned from those.
      """
    And the action "raise-token-limit" is advised because of "unresponsive-rollouts"
    And the action "fix-grader" is advised because of "unresponsive-rollouts"
    And the action "raise-token-limit" ranks before "fix-grader"

  Scenario: A quarter of the rollouts, counted per step
    Given a reinforcement run
    And 48 rollouts per step
    And every 1 steps the train_mean_reward is 0.30 0.34 0.38 0.42 0.45 0.48 0.50 0.52
    And every 1 steps the mean_unresponsive_rewards is 10 11 12 12 12 12 12 12
    When the run is posted to /advise
    Then the signal unresponsive_share is 0.25
    And the finding "unresponsive-rollouts" is raised with high severity

  Scenario: Counts without the number of rollouts cannot become a share
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.30 0.34 0.38 0.42 0.45 0.48 0.50 0.52
    And every 1 steps the mean_unresponsive_rewards is 10 11 12 12 12 12 12 12
    When the run is posted to /advise
    Then the finding "unresponsive-rollouts" is not raised
    And the rule "unresponsive-rollouts" is not evaluated: needs rollouts_per_step

  Scenario: A percent of the rollouts is normal
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.30 0.34 0.38 0.42 0.45 0.48 0.50 0.52
    And every 1 steps the mean_unresponsive_rewards is 0.01 0.00 0.01 0.02 0.01 0.00 0.01 0.01
    When the run is posted to /advise
    Then the finding "unresponsive-rollouts" is not raised
