Feature: The next experiment changes exactly one thing, and never to a setting that was tried
  Iterative Training Workflow, the rule of the core loop: change ONE variable per experiment; experiment tracking.

  Background:
    Given a supervised run of gpt-4.1-mini
    And data set "v1"
    And 800 training examples
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 1.0                      | 8          |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 50          | 0.5   | 0.90       | 0.95            |
      | 100         | 1     | 0.70       | 0.78            |
      | 150         | 1.5   | 0.62       | 0.90            |
      | 200         | 2     | 0.55       | 1.00            |
    And the run scores 7.5 on a scale of 0 to 10

  Scenario: Only the learning rate changes
    When the run is posted to /advise
    Then the next experiment changes learning_rate_multiplier from 1 to 0.5
    And the next experiment trains with
      | n_epochs | learning_rate_multiplier | batch_size | base_model   | method     | dataset |
      | 2        | 0.5                      | 8          | gpt-4.1-mini | supervised | v1      |
    And the next experiment says "Change learning_rate_multiplier from 1 to 0.5 and keep everything else as it is: lower the learning rate."

  Scenario: A rate that was tried and was worse is not tried again; the next one lies between
    Given the earlier runs
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | score |
      | R1 | gpt-4.1-mini | v1      | 800     | 2        | 0.5                      | 8          | 7.1   |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.71

  Scenario: A rate that was tried and was better is passed by, further down
    Given the earlier runs
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | score |
      | R1 | gpt-4.1-mini | v1      | 800     | 2        | 0.5                      | 8          | 8.4   |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.2

  Scenario: One epoch was tried already, so nothing is left below two
    Given the earlier runs
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | score |
      | R1 | gpt-4.1-mini | v1      | 800     | 1        | 1.0                      | 8          | 7.1   |
    When the run is posted to /advise
    Then the action "reduce-epochs" has nowhere new to go
    And the next experiment changes learning_rate_multiplier from 1 to 0.5

  Scenario: The document's own experiment table: halving the rate gained 1.1 points
    Given the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 0.5                      | auto       |
    And the run scores 9.15 on a scale of 0 to 10
    And the earlier runs
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | best_valid_loss | score |
      | R1 | gpt-4.1-mini | v1      | 800     | 2        | 1.0                      | auto       | 0.320           | 8.05  |
    When the run is posted to /advise
    Then the mistake "several-variables-changed" is not named
    And the mistake "curves-ignored" is not named
    And the signal score_gain_over_reference is 1.1
    And the action "lower-learning-rate" changes learning_rate_multiplier from 0.5 to 0.2

  Scenario: A run on other data does not count as tried
    Given the earlier runs
      | id | base_model   | dataset | n_train | n_epochs | learning_rate_multiplier | batch_size | score |
      | R1 | gpt-4.1-mini | v0      | 200     | 2        | 0.5                      | 8          | 7.1   |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5
