Feature: On a healthy run no alarm is raised
  A false alarm costs a needless training run, and trust. Every run here is one that people wrongly worry about.
  Iterative Training Workflow, decision tree: curves healthy, no overfitting.

  Scenario: A textbook run
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 2        | 1.0                      | 8          |
    And 5000 training examples
    And every 125 steps the train_loss is 1.40 1.10 0.95 0.86 0.80 0.76 0.73 0.71 0.70 0.69
    And every 125 steps the full_valid_loss is 1.42 1.14 1.00 0.92 0.87 0.84 0.82 0.81 0.805 0.803
    And the run scores 8.6 on a scale of 0 to 10
    And the untuned base model scores 6.0
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised with info severity
    And no finding is more severe than "low"
    And the finding "overfitting" is not raised
    And the verdict is "iterate"

  Scenario: Validation loss wobbles within its noise around a flat end
    Given a supervised run
    And every 50 steps the train_loss is 1.20 0.95 0.84 0.79 0.76 0.74 0.73 0.72 0.715 0.71
    And every 50 steps the full_valid_loss is 1.22 0.98 0.88 0.85 0.845 0.838 0.842 0.835 0.843 0.84
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised
    And the finding "valid-loss-rises" is not raised
    And the finding "valid-loss-oscillates" is not raised
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: Validation loss lies below train loss, as with dropout
    Given a supervised run
    And every 50 steps the train_loss is 1.30 1.05 0.94 0.88 0.84 0.82
    And every 50 steps the full_valid_loss is 1.20 0.98 0.88 0.83 0.80 0.78
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised
    And the finding "leakage-suspected" is not raised
    And no finding is more severe than "low"

  Scenario: A severe ratio on short answers, with validation loss at its minimum
    Given a supervised run
    And every 50 steps the train_loss is 0.90 0.55 0.38 0.30 0.26 0.24 0.23
    And every 50 steps the full_valid_loss is 0.98 0.74 0.64 0.60 0.585 0.578 0.575
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised
    And the finding "overfit-ratio-severe" is raised
    And the finding "overfitting" is not raised
    And the action "deploy-earlier-checkpoint" is not advised
    And the action "reduce-epochs" is not advised

  Scenario: A preference run whose batch losses are near zero
    Given a preference run
    And every 20 steps the train_loss is 0.69 0.40 0.15 0.06 0.02 0.01
    And every 20 steps the full_valid_loss is 0.69 0.55 0.48 0.44 0.42 0.41
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised
    And the finding "train-loss-collapses" is not raised
    And no finding is more severe than "low"

  Scenario: One-batch validation losses that jump by a tenth
    Given a supervised run
    And every 10 steps the train_loss is 1.20 1.00 0.90 0.84 0.80 0.77 0.75 0.73 0.72 0.71 0.70 0.69
    And every 10 steps the valid_loss is 1.24 1.02 0.99 0.84 0.92 0.80 0.84 0.76 0.83 0.75 0.81 0.77
    When the run is posted to /advise
    Then the finding "overfitting" is not raised
    And the finding "valid-loss-rises" is not raised
    And the finding "valid-loss-oscillates" is not raised
    And the action "deploy-earlier-checkpoint" is not advised
