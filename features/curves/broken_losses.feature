Feature: A loss that is not finite, that diverges or that is zero from the first step means a broken run
  Beyond the two documents: what makes all other readings worthless is said first.

  Scenario: The loss becomes NaN
    Given a supervised run
    And the settings
      | learning_rate_multiplier |
      | 2.0                      |
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | NaN        | NaN             |
      | 300         | NaN        | Infinity        |
    When the run is posted to /advise
    Then the finding "loss-not-finite" is raised with critical severity and high confidence
    And the finding "loss-not-finite" says
      """
      Losses that are NaN or infinite: 4. The run broke: lower the learning rate and look for empty or broken examples
      before the next one.
      """
    And the action "lower-learning-rate" is advised because of "loss-not-finite"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 2 to 1
    And the action "audit-data" is advised because of "loss-not-finite"
    And the verdict is "fix"
    And the finding "healthy-curves" is not raised

  Scenario: A broken run is mended before anything else is measured or tuned
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 1        | 2.0                      |
    And every 50 steps the train_loss is 1.20 0.90 NaN NaN
    And every 50 steps the full_valid_loss is 1.30 1.00 NaN NaN
    When the run is posted to /advise
    Then the mistake "no-baseline" is named
    But the action "establish-baseline" is not advised
    And the finding "underfitting" is not raised
    And the actions begin with
      | action              |
      | lower-learning-rate |
      | audit-data          |

  Scenario: Where the rate is one that this model is started with, the data are suspected first
    Given a supervised run of gpt-4.1-mini
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 0.5                      |
    And every 50 steps the train_loss is 1.20 0.90 NaN NaN
    And every 50 steps the full_valid_loss is 1.30 1.00 NaN NaN
    When the run is posted to /advise
    Then the actions begin with
      | action              |
      | audit-data          |
      | lower-learning-rate |

  Scenario: The train loss climbs back over most of its progress
    Given a supervised run
    And the settings
      | learning_rate_multiplier |
      | 2.0                      |
    And every 50 steps the train_loss is 2.00 1.40 1.10 1.00 1.20 1.60 1.90 2.00 2.10
    And every 50 steps the full_valid_loss is 2.05 1.45 1.15 1.06 1.28 1.66 1.95 2.04 2.15
    When the run is posted to /advise
    Then the finding "loss-diverges" is raised with high severity
    And the action "lower-learning-rate" is advised because of "loss-diverges"
    And the action "lower-learning-rate" changes learning_rate_multiplier from 2 to 1
    And the action "audit-data" is advised because of "loss-diverges"
    And the verdict is "fix"

  Scenario: A single spike is no divergence
    Given a supervised run
    And every 50 steps the train_loss is 2.00 1.40 1.10 1.00 1.90 0.95 0.90 0.88 0.86
    And every 50 steps the full_valid_loss is 2.05 1.45 1.15 1.06 1.02 0.99 0.96 0.94 0.93
    When the run is posted to /advise
    Then the finding "loss-diverges" is not raised

  Scenario: A train loss of exactly zero from the first step on leaves nothing to learn
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0          | 1.52            |
      | 200         | 0          | 1.52            |
      | 300         | 0          | 1.52            |
    When the run is posted to /advise
    Then the finding "labels-masked" is raised with critical severity
    And the action "audit-data" is advised because of "labels-masked"
    And the verdict is "fix"
