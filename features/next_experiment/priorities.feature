Feature: Among equally supported actions the four priorities decide
  Iterative Training Workflow, "What to try (priority order)": data quality, then hyperparameters, then base model, then
  training type. What unblocks the judgement and what costs no training come before all of them; stronger evidence comes
  before weaker evidence.

  Scenario: Data before hyperparameters before base model
    Losses that stay flat and high support all three equally.

    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And 3000 training examples
    And every 200 steps the train_loss is 2.60 2.60 2.59 2.59 2.58 2.58
    And every 200 steps the full_valid_loss is 2.65 2.65 2.64 2.64 2.63 2.63
    When the run is posted to /advise
    Then the action "simplify-task" belongs to "data"
    And the action "raise-learning-rate" belongs to "hyperparameters"
    And the action "use-larger-model" belongs to "base-model"
    And the action "simplify-task" ranks before "raise-learning-rate"
    And the action "raise-learning-rate" ranks before "use-larger-model"
    And the next experiment changes dataset from unknown to a simpler task

  Scenario: Base model before training type
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 1.0                      |
    And 3000 training examples
    And the goal needs style
    And the earlier runs
      | id | base_model   | n_epochs | learning_rate_multiplier | score |
      | R1 | gpt-4.1-mini | 2        | 0.5                      | 7.00  |
      | R2 | gpt-4.1-mini | 2        | 1.0                      | 7.02  |
      | R3 | gpt-4.1-mini | 3        | 0.5                      | 7.03  |
    And the run scores 7.03 on a scale of 0 to 10
    And the untuned base model scores 6.9
    When the run is posted to /advise
    Then the action "switch-to-dpo" belongs to "training-type"
    And the action "try-base-model" belongs to "base-model"

  Scenario: What costs no training comes before every experiment
    Given a supervised run
    And 3000 training examples
    And every 200 steps the train_loss is 1.20 0.90 0.70 0.55 0.45 0.36
    And every 200 steps the full_valid_loss is 1.25 1.00 0.95 1.05 1.20 1.40
    When the run is posted to /advise
    Then the actions begin with
      | rank | action                    | tier              |
      | 1    | deploy-earlier-checkpoint | use-what-you-have |
      | 2    | establish-baseline        | use-what-you-have |
      | 3    | evaluate-candidates       | use-what-you-have |

  Scenario: What makes the metrics meaningless comes before everything
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.20 0.26 0.33 0.40 0.46 0.52 0.57 0.62 0.66 0.70
    And every 2 steps the full_valid_mean_reward is 0.25 0.55 0.60 0.40 0.35
    And every 1 steps the train_other_error_count is 0 0 3 0 0 4 0 0 2 0
    When the run is posted to /advise
    Then the first action is "fix-grader"
    And the action "fix-grader" belongs to "unblock"

  Scenario: Stronger evidence comes before a better priority
    A gap from the start on few points is weak, an overfitting run is not.

    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 20                       |
    And 3000 training examples
    And every 200 steps the train_loss is 1.40 1.10 0.95 0.86 0.80 0.76
    And every 200 steps the full_valid_loss is 2.30 1.90 1.62 1.50 1.40 1.33
    When the run is posted to /advise
    Then the action "lower-learning-rate" ranks before "add-diverse-data"
