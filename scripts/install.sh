#!/bin/sh
# Create or renew .venv from requirements.lock. Silent when nothing has changed since the last time.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.installed
place=$(pwd -P)
key=$(cat requirements.lock pyproject.toml scripts/install.sh | cksum)

is_current() {
    [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$place
$key" ]
}

fail() {
    echo "make install: $1" >&2
    exit 1
}

# Print the best interpreter: the newest that can make an environment, else the newest that is recent enough.
choose_python() {
    set -- python3.13 python3.12 python3.11 python3
    [ -z "${PYTHON:-}" ] || set -- "$PYTHON"
    recent=
    for name in "$@"; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        recent=${recent:-$name}
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            recent=$name
            break
        fi
    done
    echo "$recent"
}

is_current && exit 0

mkdir -p .venv
if command -v flock >/dev/null; then # two makes at once must not install into each other's feet
    exec 9>.venv/.lock
    flock 9
    is_current && exit 0
fi

# A moved or copied checkout brings an environment whose scripts point to the old place.
if [ ! -x .venv/bin/python ] || { [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" != "$place" ]; }; then
    python=$(choose_python)
    [ -n "$python" ] || fail "Python 3.11 or newer was not found. Install it (Debian: apt-get install python3), or name it: make install PYTHON=/path/to/python3"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        sh scripts/apt-install.sh "$package" || fail "$python cannot create virtual environments. Run: sudo apt-get install $package"
    fi
    echo "Creating .venv with $("$python" --version)" >&2
    "$python" -m venv --clear .venv
fi

rm -f "$stamp"
echo "Installing requirements.lock into .venv (a minute or two, only when it has changed)" >&2
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
# --no-deps: the lock file is complete, so pip need not work it out again.
.venv/bin/python -m pip install -qq --require-hashes --no-deps -r requirements.lock
.venv/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .
printf '%s\n%s\n' "$place" "$key" >"$stamp"
