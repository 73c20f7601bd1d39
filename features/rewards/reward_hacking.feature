Feature: Rewards that rise while the evaluation falls mean that the grader pays for the wrong thing
  Training Curve Analysis, "Don't rely solely on valid_reward": validation reward comes from the same grader, so that only
  an evaluation beyond it can tell.

  Scenario: Train and validation reward rise, the evaluation falls
    Given a reinforcement run
    And 200 validation examples
    And every 10 steps the train_mean_reward is 0.35 0.42 0.50 0.58 0.66 0.73 0.79 0.84
    And every 20 steps the full_valid_mean_reward is 0.41 0.56 0.70 0.82
    And the checkpoints score, on a scale of 0 to 1
      | step_number | score |
      | 10          | 0.62  |
      | 40          | 0.55  |
      | 80          | 0.38  |
    And the evaluation has 200 items
    When the run is posted to /advise
    Then the finding "reward-evaluation-divergence" is raised with high severity and high confidence
    And the diagnosis of "reward-evaluation-divergence" is "Possible reward hacking"
    And the first action is "audit-reward-hacking"
    And the action "audit-reward-hacking" is advised because of "reward-evaluation-divergence"
    And the verdict is "fix"
    And the finding "reward-gap" is not raised

  Scenario: Rewards and evaluation rise together
    Given a reinforcement run
    And 200 validation examples
    And every 10 steps the train_mean_reward is 0.35 0.42 0.50 0.58 0.66 0.73 0.79 0.84
    And every 20 steps the full_valid_mean_reward is 0.41 0.56 0.70 0.82
    And the checkpoints score, on a scale of 0 to 1
      | step_number | score |
      | 10          | 0.42  |
      | 40          | 0.55  |
      | 80          | 0.68  |
    And the evaluation has 200 items
    When the run is posted to /advise
    Then the finding "reward-evaluation-divergence" is not raised
    And the action "audit-reward-hacking" is not advised

  Scenario: An evaluation that falls within its sampling error proves nothing
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.35 0.42 0.50 0.58 0.66 0.73 0.79 0.84
    And every 20 steps the full_valid_mean_reward is 0.41 0.56 0.70 0.82
    And the checkpoints score, on a scale of 0 to 1
      | step_number | score |
      | 10          | 0.60  |
      | 80          | 0.52  |
    And the evaluation has 20 items
    When the run is posted to /advise
    Then the finding "reward-evaluation-divergence" is not raised

  Scenario: Validation reward that falls from its peak while train reward rises
    Given a reinforcement run
    And 400 validation examples
    And every 1 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66 0.70 0.74 0.77 0.80 0.82 0.84
    And every 2 steps the full_valid_mean_reward is 0.42 0.55 0.60 0.50 0.44 0.40
    When the run is posted to /advise
    Then the finding "valid-reward-falls" is raised with medium severity
    And the best checkpoint is step 6 by full_valid_mean_reward of 0.6
    And the action "deploy-earlier-checkpoint" changes checkpoint from 12 to 6
