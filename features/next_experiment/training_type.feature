Feature: The training type changes last
  Iterative Training Workflow, priority 4: supervised training plateaued and better reasoning needed: reinforcement, if
  the model supports it; style alignment needed: preference training.

  Scenario: Plateaued, reasoning needed, and the model can be reinforced
    Given a supervised run of o4-mini
    And the goal needs reasoning
    And the earlier runs
      | id | base_model | score |
      | R1 | o4-mini    | 7.00  |
      | R2 | o4-mini    | 7.02  |
      | R3 | o4-mini    | 7.03  |
    And the run scores 7.05 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-rft" is advised because of "needs-reasoning-after-plateau"
    And the action "switch-to-rft" changes method from supervised to reinforcement
    And the action "switch-to-rft" belongs to "training-type"

  Scenario: Plateaued and reasoning needed, but the model cannot be reinforced: the way leads over one that can
    Given a supervised run of gpt-4.1-nano
    And the goal needs reasoning
    And the earlier runs
      | id | base_model   | score |
      | R1 | gpt-4.1-nano | 7.00  |
      | R2 | gpt-4.1-nano | 7.02  |
      | R3 | gpt-4.1-nano | 7.03  |
    And the run scores 7.05 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-rft" is advised because of "needs-reasoning-other-model"
    And the action "switch-to-rft" says
      """
      Write a grader for the task and train o4-mini by reinforcement, as this base model cannot be: model and method
      change at once, so begin a new line of experiments, with a baseline of its own. The most that any of the last
      experiments brought was +0.02 points, the goal asks for reasoning, and this base model cannot be trained by
      reinforcement.
      """
    And there is no next experiment

  Scenario: No available model can be reinforced
    Given a supervised run of gpt-4.1-nano
    And the available models are gpt-4.1-nano and gpt-4.1-mini
    And the goal needs reasoning
    And the earlier runs
      | id | base_model   | score |
      | R1 | gpt-4.1-nano | 7.00  |
      | R2 | gpt-4.1-nano | 7.02  |
      | R3 | gpt-4.1-nano | 7.03  |
    And the run scores 7.05 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-rft" has nowhere new to go

  Scenario: Of a model that the table does not know nobody says that it cannot be reinforced
    Given a supervised run of acme-7b
    And the goal needs reasoning
    And the earlier runs
      | id | base_model | score |
      | R1 | acme-7b    | 7.00  |
      | R2 | acme-7b    | 7.02  |
      | R3 | acme-7b    | 7.03  |
    And the run scores 7.05 on a scale of 0 to 10
    When the run is posted to /advise
    Then the finding "needs-reasoning-after-plateau" is raised with medium severity and low confidence
    And the action "switch-to-rft" changes method from supervised to reinforcement

  Scenario: Reasoning needed, but supervised training still gains
    Given a supervised run of o4-mini
    And the goal needs reasoning
    And the earlier runs
      | id | base_model | score |
      | R1 | o4-mini    | 6.0   |
      | R2 | o4-mini    | 6.8   |
      | R3 | o4-mini    | 7.5   |
    And the run scores 8.2 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-rft" is not advised

  Scenario: Style alignment is what preference training is for
    Given a supervised run of gpt-4.1-mini
    And the goal needs style
    And the run scores 7.5 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-dpo" is advised because of "needs-style"
    And the action "switch-to-dpo" changes method from supervised to dpo

  Scenario: Nobody asked for reasoning or style
    Given a supervised run of gpt-4.1-mini
    And the run scores 7.5 on a scale of 0 to 10
    When the run is posted to /advise
    Then the action "switch-to-rft" is not advised
    And the action "switch-to-dpo" is not advised
