"""``advisor rules``: every command of the leads' workbench in one group."""

from __future__ import annotations

from advisor.cli import rules, rules_check, rules_diff, rules_docs, rules_explain, rules_mutants, rules_new, rules_schema, rules_test

app = rules.app
app.command("check")(rules_check.check)
app.command("test")(rules_test.run)
app.command("explain")(rules_explain.explain)
app.command("new")(rules_new.new)
app.command("schema")(rules_schema.schema)
app.command("mutants")(rules_mutants.mutants)
app.command("diff")(rules_diff.diff)
app.command("docs")(rules_docs.docs)
