Feature: The best checkpoint is the one with the lowest validation loss, unless the task's own score says otherwise
  Training Curve Analysis, "Best checkpoint selection (SFT)", without the fault of its snippet, which takes a loss of
  zero for no loss; Iterative Training Workflow, decision tree: where an earlier checkpoint evaluates well, deploy it.

  Scenario: The lowest full validation loss is best, and the checkpoint's name is given
    Given a supervised run
    And the checkpoints
      | step_number | fine_tuned_model_checkpoint        | train_loss | full_valid_loss |
      | 84          | ft:gpt-4.1-mini:acme::a1:ckpt-84   | 0.60       | 0.62            |
      | 168         | ft:gpt-4.1-mini:acme::a1:ckpt-168  | 0.45       | 0.48            |
      | 252         | ft:gpt-4.1-mini:acme::a1           | 0.30       | 0.66            |
    When the run is posted to /advise
    Then the best checkpoint is step 168 by full_valid_loss of 0.48
    And the best checkpoint can be deployed as "ft:gpt-4.1-mini:acme::a1:ckpt-168"
    And the first action is "deploy-earlier-checkpoint"
    And the action "deploy-earlier-checkpoint" changes checkpoint from 252 to 168
    And the action "deploy-earlier-checkpoint" belongs to "use-what-you-have"
    And the checkpoints worth an evaluation are
      | step_number | reason |
      | 168         | best   |
      | 252         | final  |

  Scenario: A loss of zero is a loss, and the best one
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.30       | 0.20            |
      | 200         | 0.10       | 0.00            |
      | 300         | 0.08       | 0.05            |
    When the run is posted to /advise
    Then the best checkpoint is step 200 by full_valid_loss of 0

  Scenario: Without full passes the one-batch validation loss decides
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | valid_loss |
      | 100         | 0.60       | 0.62       |
      | 200         | 0.45       | 0.48       |
      | 300         | 0.40       | 0.47       |
    When the run is posted to /advise
    Then the best checkpoint is step 300 by valid_loss of 0.47

  Scenario: The earlier of two equal checkpoints is best
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.48            |
      | 300         | 0.40       | 0.48            |
    When the run is posted to /advise
    Then the best checkpoint is step 200 by full_valid_loss of 0.48

  Scenario: An evaluation score is believed before any loss
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.48            |
      | 200         | 0.45       | 0.50            |
      | 300         | 0.40       | 0.60            |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 100         | 7.1   |
      | 200         | 8.2   |
      | 300         | 8.9   |
    When the run is posted to /advise
    Then the best checkpoint is step 300 by evaluation_score of 8.9
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: An earlier checkpoint that evaluates better is the one to deploy
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.50            |
      | 300         | 0.40       | 0.49            |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 100         | 7.1   |
      | 200         | 9.3   |
      | 300         | 8.0   |
    And the evaluation has 200 items
    When the run is posted to /advise
    Then the best checkpoint is step 200 by evaluation_score of 9.3
    And the first action is "deploy-earlier-checkpoint"
    And the action "deploy-earlier-checkpoint" changes checkpoint from 300 to 200
    And the action "deploy-earlier-checkpoint" says
      """
      Use the checkpoint of step 200 instead of the last one (300): it costs no training. The last
      evaluated checkpoint scores 5.1 times the noise below the best one.
      """

  Scenario: A checkpoint that is better only within the noise is never advised
    Given a supervised run
    And the checkpoints
      | step_number | train_loss | full_valid_loss |
      | 100         | 0.60       | 0.62            |
      | 200         | 0.45       | 0.50            |
      | 300         | 0.40       | 0.51            |
    And the checkpoints score, on a scale of 0 to 10
      | step_number | score |
      | 100         | 7.1   |
      | 200         | 8.2   |
      | 300         | 8.0   |
    And the standard error of the evaluation is 0.25
    When the run is posted to /advise
    Then the best checkpoint is step 200 by evaluation_score of 8.2
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: A best point whose weights were not kept is named as such
    Given a supervised run
    And the checkpoints
      | step_number | fine_tuned_model_checkpoint | train_loss | full_valid_loss |
      | 84          | ft:gpt-4.1-mini:ckpt-84     | 0.60       | 0.62            |
      | 168         |                             | 0.45       | 0.48            |
      | 252         | ft:gpt-4.1-mini             | 0.42       | 0.50            |
    When the run is posted to /advise
    Then the best checkpoint is step 168 by full_valid_loss of 0.48
    And the best checkpoint was not kept
    And the checkpoints worth an evaluation are
      | step_number | reason |
      | 252         | best   |

  Scenario: The checkpoint to deploy is one that exists
    Step 168 was best, but only the weights of 84 and 252 were kept; 84 is better than 252 by more than the noise.

    Given a supervised run
    And the checkpoints
      | step_number | fine_tuned_model_checkpoint | train_loss | full_valid_loss |
      | 84          | ft:gpt-4.1-mini:ckpt-84     | 0.60       | 0.52            |
      | 168         |                             | 0.45       | 0.48            |
      | 252         | ft:gpt-4.1-mini             | 0.30       | 0.75            |
    When the run is posted to /advise
    Then the best checkpoint is step 168 by full_valid_loss of 0.48
    And the action "deploy-earlier-checkpoint" changes checkpoint from 252 to 84

  Scenario: Nothing is deployed where no earlier checkpoint was kept
    Given a supervised run
    And the checkpoints
      | step_number | fine_tuned_model_checkpoint | train_loss | full_valid_loss |
      | 84          |                             | 0.60       | 0.52            |
      | 168         |                             | 0.45       | 0.48            |
      | 252         | ft:gpt-4.1-mini             | 0.30       | 0.75            |
    When the run is posted to /advise
    Then the finding "overfitting" is raised
    And the action "deploy-earlier-checkpoint" is not advised

  Scenario: Where nothing was measured there is no best checkpoint
    Given a supervised run
    And the checkpoints
      | step_number | train_loss |
      | 100         | 0.60       |
      | 200         | 0.45       |
    When the run is posted to /advise
    Then there is no best checkpoint
