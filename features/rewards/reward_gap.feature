Feature: A reward gap counts with its sign, its growth and its sampling error
  Training Curve Analysis, fourth reward pattern: a gap of more than 0.10 between train and validation reward. A plain
  comparison alarms on healthy runs: validation above train is common, and few validation items are noisy.

  Scenario: Validation reward above train reward is healthy
    Given a reinforcement run
    And 200 validation examples
    And every 1 steps the train_mean_reward is 0.30 0.33 0.36 0.40 0.43 0.46 0.49 0.52 0.55 0.57 0.59 0.61
    And every 2 steps the full_valid_mean_reward is 0.52 0.57 0.62 0.67 0.72 0.76
    When the run is posted to /advise
    Then the signal reward_gap is -0.16
    And the finding "reward-gap" is not raised

  Scenario: A gap of 0.08 is within the document's limit
    Given a reinforcement run
    And 400 validation examples
    And every 1 steps the train_mean_reward is 0.40 0.44 0.48 0.52 0.56 0.60 0.63 0.66 0.68 0.69 0.70 0.70
    And every 2 steps the full_valid_mean_reward is 0.38 0.44 0.51 0.58 0.61 0.62
    When the run is posted to /advise
    Then the finding "reward-gap" is not raised

  Scenario: A gap of 0.12 on ten validation items is inside its sampling error
    Given a reinforcement run
    And 10 validation examples
    And every 1 steps the train_mean_reward is 0.50 0.52 0.54 0.56 0.58 0.60 0.61 0.62 0.63 0.64 0.64 0.65
    And every 2 steps the full_valid_mean_reward is 0.40 0.42 0.45 0.48 0.50 0.52
    When the run is posted to /advise
    Then the finding "reward-gap" is not raised

  Scenario: A gap that was there from the start is of medium severity
    Train and validation prompts of unequal difficulty look like this.

    Given a reinforcement run
    And 400 validation examples
    And every 1 steps the train_mean_reward is 0.60 0.62 0.64 0.66 0.68 0.70 0.71 0.72 0.73 0.74 0.75 0.75
    And every 2 steps the full_valid_mean_reward is 0.40 0.44 0.47 0.49 0.51 0.53
    When the run is posted to /advise
    Then the finding "reward-gap" is raised with medium severity
    And the action "audit-reward-hacking" is advised because of "reward-gap"

  Scenario: In a range of 0 to 10 a gap of half a point is small
    Given a reinforcement run
    And rewards between 0 and 10
    And 400 validation examples
    And every 1 steps the train_mean_reward is 4.0 4.4 4.8 5.2 5.6 6.0 6.3 6.6 6.8 6.9 7.0 7.0
    And every 2 steps the full_valid_mean_reward is 4.1 4.5 5.0 5.6 6.2 6.5
    When the run is posted to /advise
    Then the finding "reward-gap" is not raised
