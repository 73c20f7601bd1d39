Feature: A rule that lacks its data says what it needs
  A run with few facts gets an answer, never an error; each rule that could not be judged names the fields it lacks and
  what it could have said with them.

  Scenario: Without token counts nobody can tell whether answers grew
    Given a reinforcement run
    And every 10 steps the train_mean_reward is 0.40 0.46 0.52 0.57 0.62 0.66
    When the run is posted to /advise
    Then the rule "token-growth-moderate" is not evaluated: needs completion_tokens_mean
    And the rule "token-growth-moderate" could have said "Answers became twice as long (The model is becoming more thorough)"
    And the rule "grader-logic-errors" is not evaluated: needs train_other_error_count

  Scenario: Without train loss there is no ratio of the losses
    Given a supervised run
    And the checkpoints
      | step_number | full_valid_loss |
      | 100         | 1.25            |
      | 200         | 1.06            |
      | 300         | 0.97            |
    When the run is posted to /advise
    Then the rule "overfit-ratio-severe" is not evaluated: needs train_loss
    And the signal overfit_ratio_last is unknown

  Scenario: Without history nobody can tell how many variables changed
    Given a supervised run
    When the run is posted to /advise
    Then the rule "several-variables-changed" is not evaluated: needs history

  Scenario: A null is missing, a zero is a number
    Given a reinforcement run
    And the checkpoints
      | step_number | train_mean_reward | train_other_error_count |
      | 10          | 0.40              | null                    |
      | 20          | 0.46              | 0                       |
      | 30          | 0.52              | null                    |
    When the run is posted to /advise
    Then the signal other_errors_total is 0
    And the finding "grader-logic-errors" is not raised
