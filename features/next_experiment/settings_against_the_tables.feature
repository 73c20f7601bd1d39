Feature: Epochs and learning rate are compared with what suits the data set's size and the base model
  Beyond the two documents, from published ranges: fewer than 100 examples 3 to 5 epochs, up to 500 2 to 3, up to 2,000
  1 to 2, beyond that 1; multipliers of 0.1 to 2.0; each base model with a range in which others had success.

  Scenario Outline: <epochs> epochs on <examples> examples are more than usual
    Given a supervised run
    And the settings
      | n_epochs |
      | <epochs> |
    And <examples> training examples
    When the run is posted to /advise
    Then the finding "epochs-above-usual" is raised with info severity

    Examples:
      | epochs | examples |
      | 6      | 80       |
      | 4      | 300      |
      | 3      | 1500     |
      | 2      | 5000     |

  Scenario Outline: <epochs> epochs on <examples> examples are usual
    Given a supervised run
    And the settings
      | n_epochs |
      | <epochs> |
    And <examples> training examples
    When the run is posted to /advise
    Then the finding "epochs-above-usual" is not raised
    And the finding "epochs-below-usual" is not raised

    Examples:
      | epochs | examples |
      | 5      | 80       |
      | 3      | 300      |
      | 2      | 1500     |
      | 1      | 5000     |

  Scenario: Two epochs on eighty examples are fewer than usual
    Given a supervised run
    And the settings
      | n_epochs |
      | 2        |
    And 80 training examples
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.20       | 1.25            |
      | 200         | 1.00       | 1.06            |
      | 300         | 0.90       | 0.97            |
    When the run is posted to /advise
    Then the finding "epochs-below-usual" is raised with low severity
    And the action "increase-epochs" is advised because of "epochs-below-usual"

  Scenario: A multiplier of 20 is far above the usual range
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 20                       |
    When the run is posted to /advise
    Then the finding "learning-rate-far-too-high" is raised with high severity
    And the action "lower-learning-rate" changes learning_rate_multiplier from 20 to 1

  Scenario: A multiplier of 0.02 is far below it
    Given a supervised run
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 0.02                     |
    When the run is posted to /advise
    Then the finding "learning-rate-far-too-low" is raised with high severity
    And the action "raise-learning-rate" changes learning_rate_multiplier from 0.02 to 1

  Scenario: gpt-oss-20b overfits quickly at 1.0; it is started with 0.2 to 0.5
    Given a supervised run of gpt-oss-20b
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    When the run is posted to /advise
    Then the finding "learning-rate-above-model-start" is raised with low severity
    And the action "lower-learning-rate" changes learning_rate_multiplier from 1 to 0.5

  Scenario: Ministral-3B wants five epochs and more
    Given a supervised run of Ministral-3B
    And the settings
      | n_epochs |
      | 2        |
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 1000        | 1.20       | 1.25            |
      | 2000        | 1.00       | 0.97            |
      | 3000        | 0.90       | 0.97            |
    When the run is posted to /advise
    Then the finding "epochs-below-model-start" is raised with low severity
    And the action "increase-epochs" changes n_epochs from 2 to 5

  Scenario: Three epochs of preference training on 300 pairs are many
    Given a preference run
    And the settings
      | n_epochs |
      | 3        |
    And 300 training examples
    When the run is posted to /advise
    Then the finding "dpo-too-many-epochs" is raised with medium severity
    And the action "reduce-epochs" changes n_epochs from 3 to 2

  Scenario: Open-source trainers state the rate itself: then the rate itself is moved
    Given a supervised run
    And the settings
      | n_epochs | learning_rate |
      | 2        | 0.0002        |
    And 800 training examples
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 50          | 0.90       | 0.95            |
      | 100         | 0.70       | 0.78            |
      | 150         | 0.62       | 0.90            |
      | 200         | 0.55       | 1.00            |
    When the run is posted to /advise
    Then the action "lower-learning-rate" changes learning_rate from 0.0002 to 0.0001
