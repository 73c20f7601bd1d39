Feature: An overfitting run is answered by the right branch of the decision tree
  Iterative Training Workflow, "Diagnostic decision tree": deploy an earlier checkpoint where one evaluates well; not
  severe: fewer epochs or a lower learning rate; severe (ratio above 2.0) on a small data set: more data; severe on a
  large one: a learning rate multiplier of 0.1 to 0.3. A data set is small below 500 examples.

  Scenario: Not severe: deploy the earlier checkpoint, then fewer epochs or a lower learning rate
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 3        | 1.0                      |
    And 800 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.95            |
      | 200         | 2     | 0.70       | 0.78            |
      | 300         | 3     | 0.55       | 1.00            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the first action is "deploy-earlier-checkpoint"
    And the action "deploy-earlier-checkpoint" is advised because of "overfitting"
    And the action "reduce-epochs" is advised because of "overfitting"
    And the action "reduce-epochs" changes n_epochs from 3 to 2
    And the action "lower-learning-rate" is advised because of "overfitting"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5
    And the next experiment changes learning_rate_multiplier from 1 to 0.5

  Scenario: Severe on a small data set: add data
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 4        | 1.0                      |
    And 335 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 84          | 1     | 0.90       | 0.95            |
      | 168         | 2     | 0.60       | 0.78            |
      | 252         | 3     | 0.40       | 0.95            |
      | 336         | 4     | 0.30       | 1.10            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the action "add-data" is advised because of "overfitting"
    And the first action is "deploy-earlier-checkpoint"
    And the action "deploy-earlier-checkpoint" ranks before "add-data"
    And the next experiment changes dataset from 335 to 1000
    And the finding "overfitting" says
      """
      Validation loss was lowest (0.780) at step 168 and the last lies 41% above it, while the train loss fell by 50%; validation
      loss is 3.7 times the train loss on 335 examples: more data is the way.
      """

  Scenario: Severe on a large data set: lower the learning rate dramatically, to 0.1 to 0.3
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And 2000 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 250         | 0.5   | 0.90       | 0.95            |
      | 500         | 1     | 0.60       | 0.78            |
      | 750         | 1.5   | 0.40       | 0.95            |
      | 1000        | 2     | 0.30       | 1.10            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the first action is "deploy-earlier-checkpoint"
    And the action "lower-learning-rate" is advised because of "overfitting"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.2
    And the action "add-data" is not advised
    And the next experiment changes learning_rate_multiplier from 1 to 0.2

  Scenario: The same with the absolute rate of an open-source trainer: to a fifth of it
    Given a supervised run of Llama-3.1-8B
    And the settings
      | n_epochs | learning_rate |
      | 2        | 0.0002        |
    And 2000 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 250         | 0.5   | 0.90       | 0.95            |
      | 500         | 1     | 0.60       | 0.78            |
      | 750         | 1.5   | 0.40       | 0.95            |
      | 1000        | 2     | 0.30       | 1.10            |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate from 0.0002 to 0.00004

  Scenario: Exactly 500 examples are a large data set
    Given a supervised run
    And the settings
      | learning_rate_multiplier |
      | 1.0                      |
    And 500 training examples
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 250         | 0.90       | 0.95            |
      | 500         | 0.60       | 0.78            |
      | 750         | 0.40       | 0.95            |
      | 1000        | 0.30       | 1.10            |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.2
    And the action "add-data" is not advised

  Scenario: Severe on a data set of unknown size: both, and the sentence says why
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 250         | 0.90       | 0.95            |
      | 500         | 0.60       | 0.78            |
      | 750         | 0.40       | 0.95            |
      | 1000        | 0.30       | 1.10            |
    When the run is posted to /advise
    Then the action "add-data" is advised because of "overfitting"
    And the action "lower-learning-rate" is advised because of "overfitting"
    And the finding "overfitting" says
      """
      Validation loss was lowest (0.780) at step 500 and the last lies 41% above it, while the train loss fell by 50%; validation
      loss is 3.7 times the train loss. On a small data set more data helps, on a large one a much lower learning rate:
      the number of examples was not given, so both are advised.
      """

  Scenario: Where the last checkpoint evaluates best there is nothing to deploy, and the tree's leaf still follows
    Given a supervised run
    And the settings
      | n_epochs |
      | 3        |
    And 800 training examples
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.95            |
      | 200         | 2     | 0.70       | 0.78            |
      | 300         | 3     | 0.55       | 1.00            |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 100         | 6.0   |
      | 200         | 6.8   |
      | 300         | 7.5   |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the action "deploy-earlier-checkpoint" is not advised
    And the action "reduce-epochs" is advised because of "overfitting"
