Feature: From a baseline to shipping in six experiments
  Iterative Training Workflow, the core loop: train, analyse the curves, evaluate, diagnose, plan, go round or ship, and
  change ONE variable per experiment. A team teaches gpt-4.1-mini to read invoices. Each run is recorded in a project, so
  that baseline, goal and everything tried before are known to the next advice. R1 and R2 are the document's own table.

  Scenario: Six experiments, one change each, and the target is reached
    Given a project whose untuned base model scores 7.2
    And its target is 9.6

    # R1: the sweep's baseline. Validation loss turns in the second epoch.
    Given experiment R1 is a supervised run of gpt-4.1-mini
    And data set "v1"
    And 335 training examples
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And every 42 steps the train_loss is 0.52 0.41 0.34 0.29
    And every 42 steps the full_valid_loss is 0.50 0.36 0.32 0.40
    And the run scores 8.05 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    When R1 is recorded and advised on
    Then the finding "overfitting" is raised
    And the next experiment changes learning_rate_multiplier from 1 to 0.5
    And the verdict is "iterate"

    # R2: half the learning rate, as advised. More than a point better.
    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 42 steps the train_loss is 0.56 0.44 0.38 0.34
    And every 42 steps the full_valid_loss is 0.52 0.40 0.34 0.31
    And the run scores 9.15 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    When R2 is recorded and advised on
    Then following "lower-learning-rate" has helped
    And the finding "healthy-curves" is raised
    And the next experiment changes dataset from 335 to 1000

    # R3: three times the data, collected in a hurry. Nobody looked at them.
    Given experiment R3 is R2 on data set "v2" of 1000 examples
    And every 125 steps the train_loss is 0.60 0.50 0.45 0.42
    And every 125 steps the full_valid_loss is 0.55 0.46 0.43 0.42
    And the run scores 8.9 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    When R3 is recorded and advised on
    Then following "add-data" has not helped
    And recording it points out "data-added-unchecked"
    And the next experiment changes dataset from v2 to audited

    # R4: the same thousand examples after an audit.
    Given experiment R4 is R3 on data set "v3" of 1000 examples
    And the quality of the training data was checked
    And every 125 steps the train_loss is 0.50 0.37 0.31 0.285
    And every 125 steps the full_valid_loss is 0.48 0.36 0.305 0.29
    And the run scores 9.45 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    When R4 is recorded and advised on
    Then following "audit-data" has helped
    And recording it points out no mistake
    And the finding "improved-on-healthy-curves" is raised
    And the next experiment changes n_epochs from 2 to 3

    # R5: one epoch more. The curve is flat by now, the gain within the noise.
    Given experiment R5 is R4 with n_epochs 3
    And every 125 steps the train_loss is 0.50 0.37 0.31 0.285 0.25 0.23
    And every 125 steps the full_valid_loss is 0.48 0.36 0.305 0.29 0.285 0.285
    And the run scores 9.5 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    When R5 is recorded and advised on
    Then the finding "no-gain-on-healthy-curves" is raised
    And the stopping criterion "good-enough" is not met
    And the next experiment changes dataset from v3 to filtered or augmented

    # R6: examples for the layouts that still failed. It is scored on the final test set too, which no decision has seen.
    Given experiment R6 is R5 on data set "v4" of 1000 examples
    And the quality of the training data was checked
    And every 125 steps the train_loss is 0.48 0.35 0.29 0.265 0.245 0.23
    And every 125 steps the full_valid_loss is 0.46 0.34 0.285 0.27 0.262 0.26
    And the run scores 9.7 on a scale of 0 to 10
    And the standard error of the evaluation is 0.05
    And the run scores 9.6 on a separate test set
    When R6 is recorded and advised on
    Then the stopping criterion "good-enough" is met
    And the action "ship" is advised because of "good-enough"
    And there is no next experiment
    And the verdict is "ship"
    And recording it points out no mistake

    # What the team can show for it.
    And the table of experiments reads
      | Run | Base model   | Dataset      | Epochs | LR  | Batch   | Best val_loss | Combined eval | Changed                           |
      | R1  | gpt-4.1-mini | v1 (335 ex)  | 2      | 1.0 | default | 0.320         | 8.05          |                                   |
      | R2  | gpt-4.1-mini | v1 (335 ex)  | 2      | 0.5 | default | 0.310         | 9.15          | learning_rate_multiplier: 1 → 0.5 |
      | R3  | gpt-4.1-mini | v2 (1000 ex) | 2      | 0.5 | default | 0.420         | 8.90          | dataset: v1 → v2                  |
      | R4  | gpt-4.1-mini | v3 (1000 ex) | 2      | 0.5 | default | 0.290         | 9.45          | dataset: v2 → v3                  |
      | R5  | gpt-4.1-mini | v3 (1000 ex) | 3      | 0.5 | default | 0.285         | 9.50          | n_epochs: 2 → 3                   |
      | R6  | gpt-4.1-mini | v4 (1000 ex) | 3      | 0.5 | default | 0.260         | 9.70          | dataset: v3 → v4                  |
