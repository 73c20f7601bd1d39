Feature: What came of advice is remembered, and shown beside it the next time
  Iterative Training Workflow, steps 3 to 5 of the core loop: evaluate, diagnose, plan. A run that moved a parameter the way
  the last advice said has followed it; once the run is evaluated, following it has helped or has not. The count moves
  nothing in the order of the advice: it stands beside the confidence, for whoever decides, and a rule may ask for it.

  Background:
    Given a project whose untuned base model scores 7.2
    And experiment R1 is a supervised run of gpt-4.1-mini
    And data set "v1"
    And 800 training examples
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And every 50 steps the train_loss is 0.90 0.70 0.62 0.55
    And every 50 steps the full_valid_loss is 0.95 0.78 0.90 1.00
    And the run scores 8.05 on a scale of 0 to 10
    When R1 is recorded and advised on
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5

  Scenario: The advice was followed and the score rose: it helped
    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the full_valid_loss is 0.97 0.80 0.72 0.70
    When R2 is recorded and advised on
    And R2 is evaluated and scores 9.15
    Then following "lower-learning-rate" has helped

  Scenario: The advice was followed and the score fell: it did not help
    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the full_valid_loss is 0.97 0.92 0.91 0.90
    When R2 is recorded and advised on
    And R2 is evaluated and scores 7.4
    Then following "lower-learning-rate" has not helped

  Scenario: The score moved by less than its noise: nobody knows whether it helped
    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the full_valid_loss is 0.97 0.92 0.91 0.90
    When R2 is recorded and advised on
    And R2 is evaluated and scores 7.9
    Then nobody knows whether following "lower-learning-rate" has helped

  Scenario: Something else was tried: nothing is learned about the advice
    Given experiment R2 is R1 with batch_size 16
    And every 50 steps the full_valid_loss is 0.97 0.92 0.91 0.90
    When R2 is recorded and advised on
    And R2 is evaluated and scores 9.0
    Then no action was followed

  Scenario: Advice on an earlier run proposes nothing that was tried since
    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the full_valid_loss is 0.97 0.92 0.91 0.90
    When R2 is recorded and advised on
    And R2 is evaluated and scores 7.4
    And R1 is advised on again
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.71

  Scenario: An advice on record can be given again word for word
    When R1 is advised on again
    Then the same advice is given again word for word
