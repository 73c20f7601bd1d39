Feature: A team's own past stands beside its next advice
  Every outcome counts, whatever the project: how often an action was followed, and how often the score rose after it. What
  the document calls "high leverage" in general may have failed a team four times of five; the advice shows that, and says no
  less of the run itself.

  Scenario: An action that helped once is shown as such when it is advised again
    Given a team that has recorded nothing yet, and a baseline of 7.2
    And experiment R1 is a supervised run of gpt-4.1-mini
    And data set "v1"
    And 800 training examples
    And the settings
      | n_epochs | learning_rate_multiplier |
      | 2        | 1.0                      |
    And every 50 steps the train_loss is 0.90 0.70 0.62 0.55
    And every 50 steps the full_valid_loss is 0.95 0.78 0.90 1.00
    And the run scores 8.05 on a scale of 0 to 10
    When R1 is recorded and advised on
    Then the action "lower-learning-rate" is advised

    Given experiment R2 is R1 with learning_rate_multiplier 0.5
    And every 50 steps the train_loss is 0.91 0.71 0.63 0.56
    And every 50 steps the full_valid_loss is 0.96 0.79 0.91 1.01
    And the run scores 9.15 on a scale of 0 to 10
    When R2 is recorded and advised on
    Then following "lower-learning-rate" has helped
    And the team's record reads
      | action              | followed | helped |
      | lower-learning-rate | 1        | 1      |
    And the advice shows beside "lower-learning-rate" that it helped 1 of 1 times

  Rule: A record that says much is said aloud
    Two or fewer of ten come about once in eighteen teams where advice helps every other time.

    Background:
      Given a supervised run of gpt-4.1-mini
      And every 50 steps the train_loss is 0.90 0.70 0.62 0.55
      And every 50 steps the full_valid_loss is 0.95 0.78 0.70 0.66

    Scenario: Where advice seldom helped, the data and the evaluation are to be looked at before another setting
      Given in the team's own past
        | action              | followed | helped |
        | lower-learning-rate | 6        | 1      |
        | reduce-epochs       | 4        | 0      |
      When the run is posted to /advise
      Then the finding "advice-seldom-helped" is raised with low severity and low confidence
      And the finding "advice-seldom-helped" says
        """
        In this team's own past advice was followed 10 times with a known outcome, and the score rose in 10% of them: look
        at the data and at the evaluation before another setting is tried.
        """
      And the action "audit-data" is advised

    Scenario: Half of the advice helped, and nothing is said of it
      Given in the team's own past
        | action              | followed | helped |
        | lower-learning-rate | 6        | 4      |
        | reduce-epochs       | 4        | 1      |
      When the run is posted to /advise
      Then the finding "advice-seldom-helped" is not raised

  Rule: A lead may write what the team has learned into a rule of the team's own
    Every action and every rule has two signals that are named after it: how often it was followed with a known outcome, and
    the share in which that helped.

    Background:
      Given the team's own rule
        """yaml
        id: fewer-epochs-never-helped-us
        title: Fewer epochs never helped us
        applies_to: [supervised]
        diagnosis: Our runs stop early enough
        severity: low
        confidence: medium
        source: our own past
        why: Our examples are long; an epoch less leaves them unread.
        false_positives: [Runs on the short data set]
        when:
          - action_reduce_epochs_followed_count >= 5
          - action_reduce_epochs_helped_share <= 0.2
        recommend: [lower-learning-rate]
        explain: "Fewer epochs helped us {action_reduce_epochs_helped_share:.0%} of the time: lower the rate instead."
        """
      And a supervised run of gpt-4.1-mini
      And every 50 steps the train_loss is 0.90 0.70 0.62 0.55
      And every 50 steps the full_valid_loss is 0.95 0.78 0.70 0.66

    Scenario: It failed one time after the other, and the rule speaks
      Given in the team's own past
        | action        | followed | helped |
        | reduce-epochs | 5        | 1      |
      When the run is posted to /advise
      Then the finding "fewer-epochs-never-helped-us" is raised
      And the finding "fewer-epochs-never-helped-us" says
        """
        Fewer epochs helped us 20% of the time: lower the rate instead.
        """
      And the action "lower-learning-rate" is advised

    Scenario: It was tried too seldom to say
      Given in the team's own past
        | action        | followed | helped |
        | reduce-epochs | 4        | 0      |
      When the run is posted to /advise
      Then the finding "fewer-epochs-never-helped-us" is not raised
