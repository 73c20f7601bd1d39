Feature: A train reward that does not increase is named once there are enough steps to say so
  Training Curve Analysis, "RFT metrics": train_mean_reward is primary and should increase. One step is not comparable with
  the next, so a dozen steps and the noise between them decide.

  Scenario: Twelve steps without a rise beyond the noise
    Given a reinforcement run
    And 48 rollouts per step
    And every 1 steps the train_mean_reward is 0.40 0.44 0.38 0.42 0.39 0.43 0.41 0.38 0.44 0.40 0.42 0.39
    When the run is posted to /advise
    Then the finding "reward-plateau" is raised with low severity
    And the action "evaluate-candidates" is advised because of "reward-plateau"

  Scenario: A slow climb beyond the noise is no plateau
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.40 0.41 0.43 0.44 0.46 0.47 0.49 0.50 0.52 0.53 0.55 0.56
    When the run is posted to /advise
    Then the finding "reward-plateau" is not raised

  Scenario: Six steps are too few to call it flat
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.40 0.44 0.38 0.42 0.39 0.43
    When the run is posted to /advise
    Then the finding "reward-plateau" is not raised
