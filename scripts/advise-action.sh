#!/usr/bin/env bash
# The step of action.yml: advice on RUN_PATH as Markdown, into the job's summary and a file; the verdict as an output.
set -uo pipefail

report="${RUNNER_TEMP:-.}/advisor-report.md"
[ -n "${ADVISOR_RULES:-}" ] || unset ADVISOR_RULES
read -ra options <<<"${OPTIONS:-}"

advisor advise ${options[@]+"${options[@]}"} --format markdown -- "$RUN_PATH" >"$report"
status=$?
if [ $status -ne 0 ] && [ $status -ne 3 ]; then
    echo "::error title=Advisor::The run could not be judged; the lines above say why (exit code $status)."
    exit $status
fi
cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
verdict=$(sed -n '1s/^### \([A-Z]*\):.*/\1/p' "$report" | tr '[:upper:]' '[:lower:]')
{
    echo "verdict=$verdict"
    echo "report=$report"
} >>"${GITHUB_OUTPUT:-/dev/null}"
if [ $status -eq 3 ]; then
    echo "::warning title=Advisor::Something must be fixed before another run is worth its cost: see the job's summary."
    [ "${FAIL_ON_FIX:-true}" != true ] || exit 3
fi
exit 0
