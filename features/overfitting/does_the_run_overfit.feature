Feature: A run overfits when validation loss turns beyond its noise while train loss still falls
  The service's own judgement, from the rise, the ratio and the noise together; the documents' single checks contradict
  each other on real runs. Below six points the noise cannot be measured: then 5 % is assumed for a full pass over the
  validation data and 15 % for one batch.

  Scenario: Validation loss turns at epoch 2 and rises by half
    Given a supervised run
    And the settings
      | n_epochs |
      | 4        |
    And the checkpoints
      | step_number | epoch | train_loss | full_valid_loss |
      | 100         | 1     | 0.90       | 0.95            |
      | 200         | 2     | 0.60       | 0.80            |
      | 300         | 3     | 0.45       | 0.98            |
      | 400         | 4     | 0.36       | 1.20            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised with high severity and medium confidence
    And the diagnosis of "overfitting" is "Overfitting"
    And the finding "healthy-curves" is not raised
    And the verdict is "iterate"

  Scenario: A rise of 20 % over three full evaluations is judged, with medium confidence
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.80            |
      | 200         | 0.60       | 0.90            |
      | 300         | 0.45       | 0.97            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised with high severity and medium confidence

  Scenario: A long smooth rise is certain
    Given a supervised run
    And every 50 steps the train_loss is 1.20 1.00 0.85 0.72 0.61 0.52 0.44 0.37 0.31 0.26 0.22 0.19
    And every 50 steps the full_valid_loss is 1.25 1.08 0.97 0.91 0.88 0.90 0.95 1.02 1.10 1.19 1.29 1.40
    When the run is posted to /advise
    Then the finding "overfitting" is raised with high severity and high confidence

  Scenario: A rise inside the noise of the evaluations is no overfitting
    Given a supervised run
    And every 50 steps the train_loss is 1.20 1.10 1.05 1.01 0.98 0.96 0.95 0.94 0.93 0.92
    And every 50 steps the full_valid_loss is 1.22 1.02 1.14 0.98 1.12 0.97 1.10 0.99 1.12 1.05
    When the run is posted to /advise
    Then the finding "overfitting" is not raised
    And the finding "valid-loss-rises" is not raised
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: Four points that rise by 4 % prove nothing
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.80            |
      | 300         | 0.66       | 0.81            |
      | 400         | 0.64       | 0.83            |
    When the run is posted to /advise
    Then the finding "overfitting" is not raised

  Scenario: Preference runs are judged by their validation loss alone
    Given a preference run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.30       | 0.50            |
      | 300         | 0.10       | 0.58            |
      | 400         | 0.03       | 0.75            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the finding "train-loss-collapses" is not raised
    And the action "deploy-earlier-checkpoint" changes checkpoint from 400 to 200
