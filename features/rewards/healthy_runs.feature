Feature: On a healthy reinforcement run no alarm is raised
  Reward curves are noisy: one step is not comparable with the next. None of these runs has a fault.

  Scenario: Reward, validation reward and evaluation rise together
    Given a reinforcement run of o4-mini
    And 100 validation examples
    And 48 rollouts per step
    And every 5 steps the train_mean_reward is 0.31 0.38 0.35 0.42 0.47 0.44 0.52 0.55 0.53 0.59 0.62 0.64
    And every 10 steps the full_valid_mean_reward is 0.34 0.41 0.46 0.52 0.57 0.61
    And every 5 steps the completion_tokens_mean is 410 420 450 470 480 500 520 540 560 570 590 600
    And every 5 steps the train_sample_parse_error_count is 1 0 0 1 0 0 0 1 0 0 0 0
    And every 5 steps the train_other_error_count is 0 0 0 0 0 0 0 0 0 0 0 0
    And every 5 steps the mean_unresponsive_rewards is 0 0 0 0 0 0 0 0 0 0 0 0
    And the checkpoints score, on a scale of 0 to 1
      | step_number | score |
      | 10          | 0.40  |
      | 60          | 0.63  |
    And the untuned base model scores 0.35
    When the run is posted to /advise
    Then no finding is more severe than "low"
    And the verdict is "iterate"

  Scenario: An early dip of the validation reward is normal
    Given a reinforcement run
    And 100 validation examples
    And every 5 steps the train_mean_reward is 0.40 0.38 0.36 0.41 0.48 0.55 0.60 0.64 0.67 0.70 0.71 0.72
    And every 10 steps the full_valid_mean_reward is 0.43 0.33 0.48 0.60 0.68 0.72
    When the run is posted to /advise
    Then no finding is more severe than "low"

  Scenario: A published example: validation reward far above train reward
    Given a reinforcement run of o4-mini
    And the checkpoints
      | step_number | train_mean_reward | full_valid_mean_reward | reasoning_tokens_mean | mean_unresponsive_rewards | train_sample_parse_error_count |
      | 5           | 0.33              | 0.52                   | 3100                  | 0                         | 0                              |
      | 10          | 0.42              | 0.68                   | 3330                  | 0                         | 0                              |
      | 15          | 0.45              | 0.70                   | 3290                  | 0                         | 0                              |
      | 20          | 0.47              | 0.71                   | 3250                  | 0                         | 0                              |
    When the run is posted to /advise
    Then no finding is more severe than "low"
    And the finding "reward-gap" is not raised
