Feature: On healthy curves the evaluation decides what comes next
  Iterative Training Workflow, decision tree, left branch: the evaluation improved: refine further; it is the same or
  worse: a data quality issue, filter or augment. "Improved" compares with the best earlier run, else with the baseline.

  Background:
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 1.0                      | 8          |
    And 3000 training examples
    And every 100 steps the train_loss is 1.40 1.10 0.95 0.86 0.80 0.76 0.74 0.73
    And every 100 steps the full_valid_loss is 1.42 1.14 1.00 0.92 0.87 0.85 0.845 0.844

  Scenario: The score improved on the baseline: refine further, with the sweep's next batch size
    Given the run scores 9.15 on a scale of 0 to 10
    And the untuned base model scores 8.05
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised
    And the finding "improved-on-healthy-curves" is raised with info severity
    And the finding "improved-on-healthy-curves" says
      """
      The curves are healthy and the score rose by 1.10 points over the best earlier run or the baseline, 3.1 times its
      noise.
      """
    And the action "refine-further" is advised because of "improved-on-healthy-curves"
    And the action "refine-further" changes batch_size from 8 to 16
    And the action "filter-or-augment-data" is not advised

  Scenario: The score is worse than the best earlier run's: filter or augment the data
    Given the run scores 8.0 on a scale of 0 to 10
    And the untuned base model scores 6.0
    And the earlier runs
      | id | n_epochs | learning_rate_multiplier | batch_size | score |
      | R1 | 2        | 0.5                      | 8          | 9.0   |
    When the run is posted to /advise
    Then the finding "no-gain-on-healthy-curves" is raised
    And the diagnosis of "no-gain-on-healthy-curves" is "Data quality issue"
    And the action "filter-or-augment-data" is advised because of "no-gain-on-healthy-curves"
    And the action "filter-or-augment-data" changes dataset from unknown to filtered or augmented
    And the action "refine-further" is not advised

  Scenario: The same score is no gain
    Given the run scores 6.0 on a scale of 0 to 10
    And the untuned base model scores 6.0
    When the run is posted to /advise
    Then the finding "no-gain-on-healthy-curves" is raised

  Scenario: A gain inside the noise of a small evaluation is no gain
    Given the run scores 6.2 on a scale of 0 to 10
    And the untuned base model scores 6.0
    And the evaluation has 30 items
    When the run is posted to /advise
    Then the finding "no-gain-on-healthy-curves" is raised
    And the finding "improved-on-healthy-curves" is not raised

  Scenario: Without an evaluation the tree cannot go on, so the candidates are evaluated
    When the run is posted to /advise
    Then the finding "not-evaluated" is raised
    And the action "evaluate-candidates" is advised because of "not-evaluated"
    And the action "evaluate-candidates" belongs to "use-what-you-have"
    And the action "evaluate-candidates" changes no setting
