#!/bin/sh
# Create .venv from the lock files; do nothing when it already matches them.
# PYTHON picks the interpreter; otherwise the one of .venv stays, else the first usable one of 3.11, 3.12, 3.13 is taken.
set -eu
cd "$(dirname "$0")/.."

stop() {
    echo "setup: $*" >&2
    exit 1
}

# Print "3.12" for a CPython that Advisor runs on, nothing for anything else.
usable_version() {
    "$1" -c 'import sys; v = sys.version_info[:2]; sys.implementation.name == "cpython" and (3, 11) <= v < (3, 14) and print("%d.%d" % v)' \
        2>/dev/null || true
}

# --- does .venv match already?
place=$(pwd) # a virtual environment cannot be moved
made_from=$(cat requirements.lock requirements-build.lock pyproject.toml scripts/setup.sh | cksum)
present=
if [ -f .venv/ready ] && [ "$(head -n 1 .venv/ready)" = "$place" ]; then
    present=$(usable_version .venv/bin/python)
fi
[ -n "${PYTHON:-}" ] || [ "$present" = "" ] || [ "$(tail -n 1 .venv/ready)" != "$made_from" ] || exit 0

# --- an interpreter
version=
if [ -n "${PYTHON:-}" ]; then
    python=$PYTHON
    version=$(usable_version "$python")
    [ -n "$version" ] || stop "PYTHON=$PYTHON is not a CPython 3.11, 3.12 or 3.13; give another one."
elif [ -n "$present" ]; then
    python=.venv/bin/python
    version=$present
else
    for python in python3.11 python3.12 python3.13 python3 python; do
        version=$(usable_version "$python")
        [ -z "$version" ] || break
    done
    [ -n "$version" ] || stop "no CPython 3.11, 3.12 or 3.13 found; install one (apt install python3 python3-dev python3-venv," \
        "dnf install python3.12-devel, brew install python@3.12) or name one with: make setup PYTHON=python3.12"
fi
if [ "$version" = "$present" ] && [ "$(tail -n 1 .venv/ready)" = "$made_from" ]; then
    exit 0
fi

# --- a new .venv: durable_rules ships as source, so a C compiler and Python's headers come before pip
compiles() {
    # $compiler and $include unquoted: a program with its options, and several options
    printf '%s\nint main(void) { return 0; }\n' "$1" | $compiler $include -x c -c -o "$scratch" - >/dev/null 2>&1
}
if [ "$version" != "$present" ]; then
    scratch=$(mktemp)
    trap 'rm -f "$scratch"' EXIT
    compiler=${CC:-$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("CC") or "cc")')}
    include=
    compiles '#include <stdio.h>' || stop "no working C compiler (tried: $compiler), and durable_rules is built from source; install one" \
        "(apt install build-essential, dnf install gcc, brew install gcc or xcode-select --install), then run make setup again."
    include=$("$python" -c 'import sysconfig; p = sysconfig.get_paths(); print("-I" + p["include"], "-I" + p["platinclude"])')
    compiles '#include <Python.h>' || stop "the headers of Python $version (Python.h) are missing, and durable_rules is built from source;" \
        "install them (apt install python$version-dev, dnf install python$version-devel, brew install python@$version), then run make setup again."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || stop "Python $version cannot create virtual environments;" \
        "install what is missing (apt install python$version-venv), then run make setup again."
    echo "setup: creating .venv with Python $version"
    "$python" -m venv --clear .venv
fi

# --- the locked packages, then the project itself
rm -f .venv/ready
set -- -qq --disable-pip-version-check
if [ "$version" = 3.13 ]; then
    # PyEval_CallObject left CPython in 3.13. A wheel cached from a build without the flag would not import: build afresh.
    export CPPFLAGS="${CPPFLAGS:+$CPPFLAGS }-DPyEval_CallObject=PyObject_CallObject"
    set -- "$@" --no-cache-dir
fi
echo "setup: installing requirements.lock (a minute or two the first time)"
.venv/bin/python -m pip install "$@" --require-hashes -r requirements-build.lock
.venv/bin/python -m pip install "$@" --no-build-isolation --require-hashes -r requirements.lock
.venv/bin/python -m pip install "$@" --no-build-isolation --no-deps -e .
.venv/bin/python -c 'import durable.engine' ||
    stop "durable_rules was installed but does not import; run make clean, then make setup with another PYTHON=."
printf '%s\n' "$place" "$made_from" >.venv/ready
echo "setup: ready"
