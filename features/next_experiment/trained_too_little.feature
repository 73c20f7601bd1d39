Feature: A run that was trained too little is given more epochs or a higher rate
  Iterative Training Workflow, quick sweep (underfitting), and beyond it: one epoch, or fewer than sixty optimiser steps,
  seldom teach a task.

  Scenario: One epoch
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 1        | 1.0                      |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 0.33  | 1.40       | 1.45            |
      | 200         | 0.67  | 1.20       | 1.25            |
      | 300         | 1     | 1.05       | 1.10            |
    When the run is posted to /advise
    Then the finding "underfitting" is raised with high severity
    And the action "increase-epochs" is advised because of "underfitting"
    And the action "raise-learning-rate" is advised because of "underfitting"

  Scenario: An overfitting run is never called undertrained
    Given a supervised run
    And the settings
      | n_epochs |
      | 1        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 0.25  | 0.90       | 0.95            |
      | 200         | 0.5   | 0.70       | 0.78            |
      | 300         | 0.75  | 0.62       | 0.90            |
      | 400         | 1     | 0.55       | 1.00            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the finding "underfitting" is not raised
    And the action "increase-epochs" is not advised

  Scenario: A few large batches: smaller ones give more steps on the same data
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 3        | 1.0                      | 32         |
    And 320 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 10          | 1     | 1.40       | 1.45            |
      | 20          | 2     | 1.20       | 1.25            |
      | 30          | 3     | 1.10       | 1.15            |
    When the run is posted to /advise
    Then the finding "too-few-updates" is raised
    And the action "reduce-batch-size" is advised because of "too-few-updates"
    And the action "reduce-batch-size" changes batch_size from 32 to 2

  Scenario: Nothing gained over the last third: the same result costs fewer epochs
    Given a supervised run
    And the settings
      | n_epochs |
      | 4        |
    And every 100 steps the train_loss is 1.20 0.90 0.80 0.76 0.75 0.745 0.742 0.74
    And every 100 steps the full_valid_loss is 1.22 0.94 0.86 0.84 0.838 0.839 0.838 0.838
    When the run is posted to /advise
    Then the finding "saved-epochs" is raised with info severity
    And the action "reduce-epochs" is advised because of "saved-epochs"

  Scenario: Few steps, and nobody said how many examples there are: more epochs do not make a small data set larger
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier | batch_size |
      | 3        | 1.0                      | auto       |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 5           | 1     | 1.40       | 1.45            |
      | 10          | 2     | 1.20       | 1.25            |
      | 15          | 3     | 1.10       | 1.15            |
    When the run is posted to /advise
    Then the finding "few-steps-per-epoch" is raised with high severity and medium confidence
    And the finding "few-steps-per-epoch" says
      """
      An epoch has 5 optimiser steps: with batches of up to 32 that is a small data set. Give n_train or batch_size to
      know.
      """
    And the action "add-data" ranks before "increase-epochs"

  Scenario: A short run without any curve: the settings alone say so, with low confidence
    Given a supervised run
    And the settings
      | n_epochs | batch_size |
      | 1        | 8          |
    And 1200 training examples
    When the run is posted to /advise
    Then the finding "cannot-judge" is raised
    And the finding "underfitting" is raised with medium severity and low confidence
    And the action "add-validation-data" ranks before "increase-epochs"
