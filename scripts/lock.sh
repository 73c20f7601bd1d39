#!/bin/sh
# Refresh the two lock files from pyproject.toml: one answer for Python 3.11 to 3.13, every file with its hashes.
# LOCK_OPTIONS="--upgrade-package NAME" moves one package; the default moves all of them.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -m pip install -qq --disable-pip-version-check 'uv>=0.9'

lock() {
    output=$1
    shift
    # --no-config and --no-emit-*: nothing of the machine that made the file may stand in it.
    .venv/bin/uv pip compile "$@" ${LOCK_OPTIONS:---upgrade} --quiet --universal --python-version 3.11 --generate-hashes \
        --no-config --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --output-file "$output"
}
lock requirements.lock pyproject.toml --all-extras --group dev
lock requirements-build.lock --group build
