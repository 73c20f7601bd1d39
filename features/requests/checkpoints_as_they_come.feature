Feature: Checkpoints are read as they come
  OpenAI's checkpoint objects are accepted word for word; points may be unsorted, sparse or given twice, and train and
  validation metrics may stand on different steps.

  Scenario: Checkpoint objects as OpenAI lists them
    Given a supervised run of gpt-4.1-mini
    And the checkpoints as OpenAI lists them
      """
      [
        {"object": "fine_tuning.job.checkpoint", "id": "ftckpt_c", "created_at": 1721764867, "fine_tuning_job_id": "ftjob-1",
         "fine_tuned_model_checkpoint": "ft:gpt-4.1-mini:acme::a1", "step_number": 300,
         "metrics": {"step": 300, "train_loss": 0.36, "train_mean_token_accuracy": 0.91, "valid_loss": 0.60,
                     "valid_mean_token_accuracy": 0.84, "full_valid_loss": 0.66, "full_valid_mean_token_accuracy": 0.83}},
        {"object": "fine_tuning.job.checkpoint", "id": "ftckpt_b", "created_at": 1721764800, "fine_tuning_job_id": "ftjob-1",
         "fine_tuned_model_checkpoint": "ft:gpt-4.1-mini:acme::a1:ckpt-step-200", "step_number": 200,
         "metrics": {"step": 200, "train_loss": 0.48, "train_mean_token_accuracy": 0.87, "valid_loss": 0.55,
                     "valid_mean_token_accuracy": 0.85, "full_valid_loss": 0.50, "full_valid_mean_token_accuracy": 0.86}},
        {"object": "fine_tuning.job.checkpoint", "id": "ftckpt_a", "created_at": 1721764700, "fine_tuning_job_id": "ftjob-1",
         "fine_tuned_model_checkpoint": "ft:gpt-4.1-mini:acme::a1:ckpt-step-100", "step_number": 100,
         "metrics": {"step": 100, "train_loss": 0.60, "train_mean_token_accuracy": 0.83, "valid_loss": 0.61,
                     "valid_mean_token_accuracy": 0.82, "full_valid_loss": 0.62, "full_valid_mean_token_accuracy": 0.82}}
      ]
      """
    When the run is posted to /advise
    Then the best checkpoint is step 200 by full_valid_loss of 0.50
    And the best checkpoint can be deployed as "ft:gpt-4.1-mini:acme::a1:ckpt-step-200"
    And the action "deploy-earlier-checkpoint" changes checkpoint from 300 to 200

  Scenario: The order of the points does not matter
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.48            |
      | 300         | 0.30       | 0.66            |
    And the checkpoints are given last first
    When the run is posted to /advise
    Then the best checkpoint is step 200 by full_valid_loss of 0.48
    And the action "deploy-earlier-checkpoint" changes checkpoint from 300 to 200

  Scenario: Of a point given twice the later word counts
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.10            |
      | 200         | 0.45       | 0.48            |
      | 300         | 0.40       | 0.47            |
    When the run is posted to /advise
    Then the best checkpoint is step 300 by full_valid_loss of 0.47
    And the signal valid_loss_points is 3

  Scenario: Train and validation losses on different steps
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 40          | 0.90       |                 |
      | 50          |            | 0.95            |
      | 90          | 0.70       |                 |
      | 100         |            | 0.77            |
      | 140         | 0.60       |                 |
      | 150         |            | 0.66            |
    When the run is posted to /advise
    Then the signal overfit_ratio_last is 1.10
    And the finding "cannot-judge" is not raised

  Scenario: Epochs follow from the number of epochs and the last step
    Given a supervised run
    And the settings
      | n_epochs |
      | 4        |
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.90       | 0.95            |
      | 200         | 0.70       | 0.80            |
      | 300         | 0.62       | 0.77            |
      | 400         | 0.58       | 0.75            |
    When the run is posted to /advise
    Then step 100 was reached in epoch 1
    And step 300 was reached in epoch 3

  Scenario: Or from the size of the data set and of the batch
    Given a supervised run
    And 800 training examples
    And the settings
      | batch_size |
      | 8          |
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 50          | 0.90       | 0.95            |
      | 150         | 0.70       | 0.80            |
    When the run is posted to /advise
    Then step 50 was reached in epoch 0.5
    And step 150 was reached in epoch 1.5

  Scenario: A thousand unknown metrics change nothing
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.48            |
      | 300         | 0.40       | 0.47            |
    And the checkpoints carry 1000 unknown metrics more
    When the run is posted to /advise
    Then the best checkpoint is step 300 by full_valid_loss of 0.47

  Scenario: Of two values of one metric at one step the later counts, and the answer says so
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.40            |
      | 200         | 0.45       | 0.48            |
      | 300         | 0.40       | 0.47            |
    When the run is posted to /advise
    Then the best checkpoint is step 300 by full_valid_loss of 0.47
    And the answer warns
      """
      Step 200 gives full_valid_loss twice, 0.4 and 0.48: the later one counts.
      """

  Scenario: So it is with two members of one name
    Given the request body
      """
      {"run": {"method": "supervised", "hyperparameters": {"n_epochs": 3, "n_epochs": 2}, "checkpoints": []}}
      """
    When the run is posted to /advise
    Then the answer warns
      """
      /run/hyperparameters/n_epochs stands twice in the request, as 3 and as 2: the later one counts.
      """

  Scenario: A score of a step that is not among the checkpoints makes no best checkpoint
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 84          | 0.60       | 0.62            |
      | 168         | 0.45       | 0.48            |
      | 252         | 0.40       | 0.47            |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 84          | 7.1   |
      | 168         | 7.6   |
      | 186         | 9.9   |
    When the run is posted to /advise
    Then the best checkpoint is step 168 by evaluation_score of 7.6
    And the answer warns
      """
      The evaluation scores step 186, which is not among the run's checkpoints: it does not count for the best one.
      """
