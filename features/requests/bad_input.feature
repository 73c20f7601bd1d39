Feature: What cannot be read is refused, with every place at once
  Refusals are problem details (RFC 9457): each mistake with a pointer into the body and what is expected there.

  Scenario: Three mistakes are named together
    Given the request body
      """
      {"run": {"method": "supervised",
               "hyperparameters": {"n_epochs": -2},
               "checkpoints": [{"step_number": -1}, {"step_number": 2.5}]}}
      """
    When the body is posted to /advise
    Then it is refused with status 422
    And the problem points at
      | pointer                        |
      | /run/checkpoints/0/step_number |
      | /run/checkpoints/1/step_number |
      | /run/hyperparameters/n_epochs  |

  Scenario: The run's method and checkpoints are required
    Given the request body
      """
      {"run": {}}
      """
    When the body is posted to /advise
    Then it is refused with status 422
    And the problem points at
      | pointer          |
      | /run/checkpoints |
      | /run/method      |

  Scenario: A boolean is not a number, and a word is not a loss
    Given the request body
      """
      {"run": {"method": "supervised",
               "checkpoints": [{"step_number": 1, "metrics": {"train_loss": true, "valid_loss": "low"}}]}}
      """
    When the body is posted to /advise
    Then it is refused with status 422
    And the problem points at
      | pointer                               |
      | /run/checkpoints/0/metrics/train_loss |
      | /run/checkpoints/0/metrics/valid_loss |

  Scenario: Bare NaN is not JSON
    Given the request body
      """
      {"run": {"method": "supervised", "checkpoints": [{"step_number": 1, "metrics": {"train_loss": NaN}}]}}
      """
    When the body is posted to /advise
    Then it is refused with status 422

  Scenario: Text that is no JSON
    Given the request body
      """
      step,train_loss
      1,0.5
      """
    When the body is posted to /advise
    Then it is refused with status 422

  Scenario: An unknown training method
    Given the request body
      """
      {"run": {"method": "distillation", "checkpoints": []}}
      """
    When the body is posted to /advise
    Then it is refused with status 422
    And the problem points at
      | pointer     |
      | /run/method |

  Scenario: A grader's range that is upside down
    Given the request body
      """
      {"run": {"method": "reinforcement", "checkpoints": [], "grader": {"range": [1, 0]}}}
      """
    When the body is posted to /advise
    Then it is refused with status 422
    And the problem points at
      | pointer           |
      | /run/grader/range |
