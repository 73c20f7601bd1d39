Feature: A team's own past stands beside its next advice
  Every outcome counts, whatever the project: how often an action was followed, and how often the score rose after it. What
  the document calls "high leverage" in general may have failed a team four times of five; the advice shows that, and says no
  less of the run itself.

  Scenario: An action that helped once is shown as such when it is advised again
    Given a team that has recorded nothing yet, and a baseline of 7.2
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
    Then the action "lower-learning-rate" is advised

    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the train_loss is 0.91 0.71 0.63 0.56
    And every 50 steps the full_valid_loss is 0.96 0.79 0.91 1.01
    And the run scores 9.15 on a scale of 0 to 10
    When R2 is recorded and advised on
    Then following "lower-learning-rate" has helped
    And the team's record reads
      | action              | followed | helped |
      | lower-learning-rate | 1        | 1      |
    And the advice shows beside "lower-learning-rate" that it helped 1 of 1 times
