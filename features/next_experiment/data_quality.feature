Feature: Data quality is the first lever
  Iterative Training Workflow, priority 1: fix inconsistencies, add diversity, reduce noise.

  Scenario: Train loss above validation loss on a learned task: some training answers contradict the rest
    Given a supervised run
    And the settings
      | n_epochs |
      | 3        |
    And every 50 steps the train_loss is 1.20 0.95 0.88 0.84 0.82 0.80
    And every 50 steps the full_valid_loss is 0.90 0.62 0.52 0.48 0.46 0.45
    When the run is posted to /advise
    Then the finding "label-noise" is raised with high severity
    And the diagnosis of "label-noise" is "Wrong or contradicting training labels"
    And the action "clean-data" is advised because of "label-noise"
    And the action "clean-data" changes dataset from unknown to cleaned

  Scenario: A validation loss far below the train loss raises the question of leakage
    Given a supervised run
    And the settings
      | n_epochs |
      | 1        |
    And every 50 steps the train_loss is 1.20 0.95 0.88 0.84 0.82 0.80
    And every 50 steps the full_valid_loss is 0.85 0.65 0.60 0.58 0.57 0.56
    When the run is posted to /advise
    Then the finding "leakage-suspected" is raised with low severity and low confidence
    And the action "check-leakage" is advised because of "leakage-suspected"
    And the action "check-leakage" belongs to "unblock"

  Scenario: Fewer than a hundred examples: more of them help more than any other change
    Given a supervised run
    And 60 training examples
    When the run is posted to /advise
    Then the finding "dataset-very-small" is raised with high severity and high confidence
    And the action "add-data" is advised because of "dataset-very-small"
    And the next experiment changes dataset from 60 to 1000

  Scenario: One category far below the rest lacks examples, or right ones, and is named
    Given a supervised run of gpt-4.1-mini
    And the run scores 8.0 on a scale of 0 to 10
    And the evaluation has 200 items
    And the categories score
      | category  | score |
      | refunds   | 8.9   |
      | greetings | 8.7   |
      | dates     | 6.1   |
    When the run is posted to /advise
    Then the finding "weak-category" says
      """
      The category "dates" scores 6.1, 27% of the scale below the rest: count its training examples, and read some of them.
      """
    And the action "add-diverse-data" ranks before "audit-data"
    And the next experiment changes dataset from unknown to more diverse examples

  Scenario: A difference between categories that twenty items cannot show is no finding
    Given a supervised run of gpt-4.1-mini
    And the run scores 8.0 on a scale of 0 to 10
    And the evaluation has 20 items
    And the categories score
      | category | score |
      | refunds  | 9.0   |
      | dates    | 7.0   |
    When the run is posted to /advise
    Then the finding "weak-category" is not raised
