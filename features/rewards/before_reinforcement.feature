Feature: Reinforcement needs some success to strengthen and some failure to learn from
  Beyond the two documents, from the vendors' guides: without a single success nothing can be strengthened; where nearly
  every rollout succeeds nothing is left to learn.

  Scenario: No rollout succeeds: teach by examples first
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.00 0.00 0.01 0.00 0.01 0.02 0.01 0.02 0.02 0.03
    When the run is posted to /advise
    Then the finding "base-never-succeeds" is raised with medium severity
    And the action "train-supervised-first" is advised because of "base-never-succeeds"
    And the action "train-supervised-first" changes method from reinforcement to supervised

  Scenario: A third of the rollouts succeeds: reinforcement can begin
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.33 0.34 0.36 0.38 0.41 0.44 0.46 0.48 0.50 0.53
    When the run is posted to /advise
    Then the finding "base-never-succeeds" is not raised
    And the finding "reward-high-from-start" is not raised

  Scenario: Without validation rewards nobody can say whether the learning carries over
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.33 0.34 0.36 0.38 0.41 0.44 0.46 0.48 0.50 0.53
    When the run is posted to /advise
    Then the finding "no-validation-reward" is raised with low severity
    And the action "add-validation-data" is advised because of "no-validation-reward"

  Scenario: One or two rewards cannot be judged
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.33 0.40
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And the action "add-validation-data" is advised because of "cannot-judge"
