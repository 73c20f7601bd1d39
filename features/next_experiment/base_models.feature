Feature: Another base model is tried on the same data, by what it is best for
  Iterative Training Workflow, priority 3 and its table (gpt-4.1-mini: most tasks; gpt-4.1-nano: fastest, simple tasks;
  gpt-oss-20b: large data sets; Ministral-3B: lightweight; Qwen-3-32B and Llama-3.3-70B: multilingual or specialised), and
  the multi-model strategy: the same data through two or three models, gpt-oss-20b from 500 examples on.

  Background:
    Given the run scores 7.5 on a scale of 0 to 10
    And the untuned base model scores 6.0

  Scenario: On 500 examples the large-dataset specialist is next after the primary candidate
    Given a supervised run of gpt-4.1-mini
    And 500 training examples
    When the run is posted to /advise
    Then the action "try-base-model" is advised because of "other-models-untried"
    And the action "try-base-model" changes base_model from gpt-4.1-mini to gpt-oss-20b

  Scenario: On 499 examples it is not, and the fast option is next
    Given a supervised run of gpt-4.1-mini
    And 499 training examples
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-mini to gpt-4.1-nano

  Scenario: The primary candidate comes first for every other model
    Given a supervised run of gpt-4.1-nano
    And 2000 training examples
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-nano to gpt-4.1-mini

  Scenario Outline: A goal of <need> leads to <model>
    Given a supervised run of gpt-4.1-mini
    And 2000 training examples
    And the goal needs <need>
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-mini to <model>

    Examples:
      | need         | model        |
      | latency      | gpt-4.1-nano |
      | low-cost     | gpt-4.1-nano |
      | multilingual | Qwen-3-32B   |

  Scenario: The second multilingual model follows the first
    Given a supervised run of Qwen-3-32B
    And 2000 training examples
    And the goal needs multilingual
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from Qwen-3-32B to Llama-3.3-70B

  Scenario: The second lightweight model follows the first
    Given a supervised run of gpt-4.1-nano
    And 2000 training examples
    And the goal needs latency
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-nano to Ministral-3B

  Scenario: A model that was tried on the same data is not tried again
    Given a supervised run of gpt-4.1-mini
    And 2000 training examples
    And the earlier runs
      | id | base_model  | n_train | score |
      | R1 | gpt-oss-20b | 2000    | 7.2   |
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-mini to gpt-4.1-nano

  Scenario: Only available models are named
    Given a supervised run of gpt-4.1-mini
    And 2000 training examples
    And the available models are gpt-4.1-mini and Ministral-3B
    When the run is posted to /advise
    Then the action "try-base-model" changes base_model from gpt-4.1-mini to Ministral-3B

  Scenario: A model outside the table is not compared
    Given a supervised run of acme-7b
    And 2000 training examples
    When the run is posted to /advise
    Then the action "try-base-model" is not advised

  Scenario: A model that does not support the training type is named
    Given a reinforcement run of gpt-4.1-nano
    And every 1 steps the train_mean_reward is 0.30 0.34 0.38 0.42 0.45 0.48 0.50 0.52
    When the run is posted to /advise
    Then the finding "model-cannot-do-method" is raised with high severity
    And the action "try-base-model" is advised because of "model-cannot-do-method"
    And the action "try-base-model" changes base_model from gpt-4.1-nano to o4-mini
    And the verdict is "fix"
