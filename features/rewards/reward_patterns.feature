Feature: Four shapes of the reward curve point at the grader
  Training Curve Analysis, "RFT reward curve patterns". Rewards are judged as shares of the grader's range, which is 0 to
  1 unless the run says otherwise.

  Scenario: A reward flat at about zero: the grader is broken or the threshold too strict
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.00 0.01 0.00 0.02 0.01 0.00 0.01 0.02 0.00 0.01
    And every 5 steps the full_valid_mean_reward is 0.00 0.01
    When the run is posted to /advise
    Then the finding "reward-flat-near-zero" is raised with high severity and high confidence
    And the diagnosis of "reward-flat-near-zero" is "Grader broken or threshold too strict"
    And the first action is "fix-grader"
    And the action "fix-grader" is advised because of "reward-flat-near-zero"
    And the action "fix-grader" changes grader from unknown to fixed
    And the action "loosen-threshold" is advised because of "reward-flat-near-zero"
    And the verdict is "fix"

  Scenario: A reward of zero while the evaluation counts right answers: not the model, the grader
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00
    And the run scores 5.2 on a scale of 0 to 10
    When the run is posted to /advise
    Then the finding "reward-flat-near-zero" is raised with high severity and high confidence
    And the finding "base-never-succeeds" is not raised

  Scenario: A reward that leaves zero later is not flat
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.00 0.01 0.02 0.05 0.09 0.14 0.20 0.27 0.33 0.38
    And every 5 steps the full_valid_mean_reward is 0.08 0.36
    When the run is posted to /advise
    Then the finding "reward-flat-near-zero" is not raised

  Scenario: In a range of -1 to 1 a reward of zero is as flat
    Given a reinforcement run
    And rewards between -1 and 1
    And every 1 steps the train_mean_reward is 0.01 -0.01 0.02 0.00 -0.02 0.01 0.00 0.02 -0.01 0.00
    When the run is posted to /advise
    Then the finding "reward-flat-near-zero" is raised

  Scenario: A reward that is always negative: the pass threshold is too high
    Given a reinforcement run
    And rewards between -1 and 1
    And every 1 steps the train_mean_reward is -0.62 -0.60 -0.58 -0.55 -0.53 -0.50 -0.47 -0.45 -0.43 -0.40
    And every 5 steps the full_valid_mean_reward is -0.58 -0.42
    When the run is posted to /advise
    Then the finding "reward-always-negative" is raised with medium severity
    And the diagnosis of "reward-always-negative" is "Pass threshold too high"
    And the finding "reward-always-negative" says
      """
      100% of the train rewards are below zero and the last ones are at -0.43. It may still train, since rewards are compared
      within a group, but pass rates and thresholds then say nothing: check pass_threshold.
      """
    And the action "lower-pass-threshold" is advised because of "reward-always-negative"
    And the action "lower-pass-threshold" changes grader from unknown to a lower pass_threshold

  Scenario: A reward that becomes positive is not always negative
    Given a reinforcement run
    And rewards between -1 and 1
    And every 1 steps the train_mean_reward is -0.42 -0.30 -0.18 -0.05 0.03 0.10 0.20 0.28 0.33 0.40
    When the run is posted to /advise
    Then the finding "reward-always-negative" is not raised

  Scenario: A reward that is high at once and stays flat: the threshold is too lenient
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.95 0.96 0.94 0.95 0.96 0.95 0.96 0.95 0.96 0.96
    And every 5 steps the full_valid_mean_reward is 0.95 0.96
    When the run is posted to /advise
    Then the finding "reward-high-from-start" is raised with medium severity
    And the diagnosis of "reward-high-from-start" is "Threshold too lenient"
    And the action "tighten-threshold" is advised because of "reward-high-from-start"
    And the action "tighten-threshold" changes grader from unknown to a stricter threshold

  Scenario: A reward that climbs to the top is not high from the start
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.55 0.62 0.70 0.76 0.82 0.86 0.90 0.93 0.94 0.95
    And every 5 steps the full_valid_mean_reward is 0.80 0.93
    When the run is posted to /advise
    Then the finding "reward-high-from-start" is not raised

  Scenario: A high reward in the grader's own range: 9.5 of 10
    Given a reinforcement run
    And rewards between 0 and 10
    And every 1 steps the train_mean_reward is 9.5 9.6 9.4 9.5 9.6 9.5 9.6 9.5 9.6 9.6
    When the run is posted to /advise
    Then the finding "reward-high-from-start" is raised

  Scenario: Train reward more than 0.10 above validation reward: audit for reward hacking
    Given a reinforcement run
    And 200 validation examples
    And every 1 steps the train_mean_reward is 0.40 0.44 0.50 0.55 0.61 0.66 0.71 0.75 0.80 0.84 0.87 0.90
    And every 2 steps the full_valid_mean_reward is 0.41 0.45 0.48 0.50 0.51 0.52
    When the run is posted to /advise
    Then the finding "reward-gap" is raised with high severity and high confidence
    And the diagnosis of "reward-gap" is "Possible reward hacking or memorised prompts"
    And the finding "reward-gap" says
      """
      The train reward lies 0.31 of the range above the validation reward, 8.7 times its sampling error, and 0.24
      of that opened during the run. Audit before going on; this does not prove hacking.
      """
    And the first action is "audit-reward-hacking"
    And the action "audit-reward-hacking" is advised because of "reward-gap"
    And the action "audit-reward-hacking" belongs to "unblock"
