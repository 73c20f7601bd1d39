Feature: Parse errors are tolerable while the reward climbs; logic errors of the grader never are
  Training Curve Analysis, "Parse errors vs logic errors". Counts are compared as shares of the rollouts where their
  number is known: twelve of 48 is a quarter, whatever the step size.

  Scenario: Many outputs cannot be parsed while the reward climbs: mid-reasoning captures
    Given a reinforcement run
    And 48 rollouts per step
    And every 1 steps the train_mean_reward is 0.20 0.26 0.33 0.40 0.46 0.52 0.57 0.62 0.66 0.70
    And every 1 steps the train_sample_parse_error_count is 14 13 12 12 11 12 10 11 10 9
    When the run is posted to /advise
    Then the finding "parse-errors-tolerable" is raised with low severity
    And the diagnosis of "parse-errors-tolerable" is "Mid-reasoning captures"
    And the finding "parse-errors-blocking" is not raised
    And the action "fix-grader" is not advised

  Scenario: Many outputs cannot be parsed and the reward does not climb
    Given a reinforcement run
    And 48 rollouts per step
    And every 1 steps the train_mean_reward is 0.20 0.22 0.19 0.21 0.20 0.18 0.21 0.20 0.19 0.20
    And every 1 steps the train_sample_parse_error_count is 14 13 15 14 16 15 14 15 14 15
    When the run is posted to /advise
    Then the finding "parse-errors-blocking" is raised with high severity
    And the finding "parse-errors-tolerable" is not raised
    And the first action is "fix-grader"
    And the action "fix-grader" is advised because of "parse-errors-blocking"
    And the verdict is "fix"

  Scenario: Two errors in 480 rollouts are few
    Given a reinforcement run
    And 480 rollouts per step
    And every 1 steps the train_mean_reward is 0.20 0.22 0.19 0.21 0.20 0.18 0.21 0.20 0.19 0.20
    And every 1 steps the train_sample_parse_error_count is 0 2 0 1 0 0 2 0 0 1
    When the run is posted to /advise
    Then the finding "parse-errors-blocking" is not raised
    And the signal parse_error_share is 0.00

  Scenario: One logic error is fixed before anything else
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.20 0.26 0.33 0.40 0.46 0.52 0.57 0.62 0.66 0.70
    And every 1 steps the train_other_error_count is 0 0 1 0 0 0 0 0 0 0
    And every 10 steps the completion_tokens_mean is 400
    When the run is posted to /advise
    Then the finding "grader-logic-errors" is raised with critical severity and high confidence
    And the finding "grader-logic-errors" says
      """
      The grader's own errors add up to 1 over the points given, and there should be none. Mend it before reading anything else off this run.
      """
    And the first action is "fix-grader"
    And the action "fix-grader" is advised because of "grader-logic-errors"
    And the verdict is "fix"

  Scenario: No logic errors, no word
    Given a reinforcement run
    And every 1 steps the train_mean_reward is 0.20 0.26 0.33 0.40 0.46 0.52 0.57 0.62 0.66 0.70
    And every 1 steps the train_other_error_count is 0 0 0 0 0 0 0 0 0 0
    When the run is posted to /advise
    Then the finding "grader-logic-errors" is not raised
