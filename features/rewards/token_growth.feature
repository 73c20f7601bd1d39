Feature: Longer answers are normal up to twice the length, and suspicious from three times on
  Training Curve Analysis, "Token growth". Growth counts from the first checkpoint on.

  Scenario: Tokens double while the reward rises: the model becomes more thorough
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    And every 10 steps the completion_tokens_mean is 400 480 600 720 800 880
    When the run is posted to /advise
    Then the finding "token-growth-moderate" is raised with info severity
    And the diagnosis of "token-growth-moderate" is "The model is becoming more thorough"
    And the finding "token-growth-moderate" says
      """
      Answers grew from 400 to 880 tokens (2.2 times), which is normal as long as the reward rises with them.
      """
    And the action "check-scoring-dimensions" is not advised

  Scenario: Tokens triple: check what the grader pays for
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    And every 10 steps the completion_tokens_mean is 400 600 800 1100 1200 1300
    When the run is posted to /advise
    Then the finding "token-growth-excessive" is raised with medium severity
    And the diagnosis of "token-growth-excessive" is "Grader may incentivize verbosity"
    And the finding "token-growth-moderate" is not raised
    And the action "check-scoring-dimensions" is advised because of "token-growth-excessive"
    And the action "check-scoring-dimensions" changes grader from unknown to scoring dimensions without length

  Scenario: Tokens triple and the evaluation falls: the length is not earned
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    And every 10 steps the completion_tokens_mean is 400 600 800 1100 1200 1300
    And the checkpoints score, on a scale of 0 to 1
      | step_number | score |
      | 10          | 0.62  |
      | 60          | 0.40  |
    And the evaluation has 200 items
    When the run is posted to /advise
    Then the finding "token-growth-excessive" is raised with high severity and high confidence

  Scenario: Growth by half is not worth a word
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    And every 10 steps the completion_tokens_mean is 400 440 480 520 560 600
    When the run is posted to /advise
    Then the finding "token-growth-moderate" is not raised
    And the finding "token-growth-excessive" is not raised

  Scenario: Reasoning tokens are measured beside the answer's tokens
    Given a reinforcement run of o4-mini
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    And every 10 steps the reasoning_tokens_mean is 1000 1200 1500 1800 2000 2200
    When the run is posted to /advise
    Then the signal reasoning_tokens_growth_ratio is 2.2
