Feature: The overfitting ratio is read in the document's four bands
  Training Curve Analysis, "Overfitting detection": validation loss over train loss at each checkpoint; below 1.2 is
  healthy, 1.2 to 1.5 mild, 1.5 to 2.0 moderate, above 2.0 severe. Both 1.2 and 1.5 belong to the band above them,
  2.0 to the band below it. The band of the last checkpoint is reported; it does not prove overfitting.

  Scenario Outline: A last validation loss of <valid> over a train loss of 0.50 is <band>
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.00       | 1.10            |
      | 200         | 0.80       | 0.88            |
      | 300         | 0.50       | <valid>         |
    When the run is posted to /advise
    Then the checkpoints are judged
      | step_number | overfit_ratio | overfit_band |
      | 100         | 1.1           | healthy      |
      | 200         | 1.1           | healthy      |
      | 300         | <ratio>       | <band>       |

    Examples:
      | valid | ratio | band     |
      | 0.550 | 1.10  | healthy  |
      | 0.595 | 1.19  | healthy  |
      | 0.600 | 1.20  | mild     |
      | 0.745 | 1.49  | mild     |
      | 0.750 | 1.50  | moderate |
      | 1.000 | 2.00  | moderate |
      | 1.005 | 2.01  | severe   |

  Scenario: A healthy ratio raises no finding
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.00       | 1.05            |
      | 200         | 0.80       | 0.86            |
      | 300         | 0.70       | 0.78            |
    When the run is posted to /advise
    Then the signal overfit_ratio_last is 1.11
    And the finding "overfit-ratio-mild" is not raised
    And the finding "overfit-ratio-moderate" is not raised
    And the finding "overfit-ratio-severe" is not raised

  Scenario: A mild ratio is only information, acceptable for small data sets
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.00       | 1.10            |
      | 200         | 0.80       | 0.95            |
      | 300         | 0.65       | 0.87            |
    When the run is posted to /advise
    Then the finding "overfit-ratio-mild" is raised with info severity
    And the finding "overfit-ratio-mild" says
      """
      Validation loss is 1.34 times the train loss at the last evaluation, mild: acceptable for small data sets.
      """
    And the finding "overfit-ratio-mild" rests on
      | signal             | value | operator | threshold |
      | overfit_ratio_last | 1.34  | >=       | 1.2       |
      | overfit_ratio_last | 1.34  | <        | 1.5       |

  Scenario: A moderate ratio asks for fewer epochs only where validation loss rises as well
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 1.00       | 1.10            |
      | 200         | 0.70       | 0.95            |
      | 300         | 0.50       | 0.87            |
    When the run is posted to /advise
    Then the finding "overfit-ratio-moderate" is raised with low severity
    And the finding "overfit-ratio-moderate" says
      """
      Validation loss is 1.74 times the train loss at the last evaluation, moderate: consider fewer epochs if
      validation loss rises as well.
      """
    And the action "reduce-epochs" is not advised

  Scenario: A severe ratio with validation loss still falling is no overfitting
    On 24 real fine-tunes the last ratio was severe in 19, while validation loss had risen by 20 % in only 2.

    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.80       | 1.10            |
      | 200         | 0.50       | 0.95            |
      | 300         | 0.38       | 0.87            |
    When the run is posted to /advise
    Then the finding "overfit-ratio-severe" is raised with medium severity
    And the finding "overfit-ratio-severe" says
      """
      Validation loss is 2.29 times the train loss at the last evaluation, severe by the band; whether the run overfits
      is for the validation loss to say.
      """
    And the finding "overfitting" is not raised
    And the action "deploy-earlier-checkpoint" is not advised
    And the action "reduce-epochs" is not advised

  Scenario: The full validation loss is taken before the one-batch loss
    The document calls the full pass more accurate.

    Given a supervised run
    And the checkpoints
      | step_number | train_loss | valid_loss | full_valid_loss |
      | 100         | 1.00       | 2.50       | 1.10            |
      | 200         | 0.80       | 2.50       | 0.88            |
      | 300         | 0.50       | 2.50       | 0.55            |
    When the run is posted to /advise
    Then the checkpoints are judged
      | step_number | overfit_ratio | overfit_band |
      | 100         | 1.1           | healthy      |
      | 200         | 1.1           | healthy      |
      | 300         | 1.1           | healthy      |

  Scenario: Between two evaluations the mean train loss counts, not the loss of one lucky batch
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 10          | 1.00       |                 |
      | 20          | 1.20       | 1.21            |
      | 30          | 0.90       |                 |
      | 40          | 0.20       | 0.66            |
    When the run is posted to /advise
    Then the checkpoints are judged
      | step_number | overfit_ratio | overfit_band |
      | 10          | null          | null         |
      | 20          | 1.1           | healthy      |
      | 30          | null          | null         |
      | 40          | 1.2           | mild         |

  Scenario: Without train loss there is no ratio, and a train loss of zero gives none either
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         |            | 1.10            |
      | 200         | 0          | 0.95            |
    When the run is posted to /advise
    Then the checkpoints are judged
      | step_number | overfit_ratio | overfit_band |
      | 100         | null          | null         |
      | 200         | null          | null         |

  Scenario: Preference runs have no bands
    Their train loss is near zero on every batch that is told apart well.

    Given a preference run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.20       | 0.52            |
      | 300         | 0.05       | 0.48            |
    When the run is posted to /advise
    Then the checkpoints are judged
      | step_number | overfit_ratio | overfit_band |
      | 100         | null          | null         |
      | 200         | null          | null         |
      | 300         | null          | null         |
    And the finding "overfit-ratio-severe" is not raised
