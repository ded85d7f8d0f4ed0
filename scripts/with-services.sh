#!/bin/sh
# Run a command with what tests need beside Python packages: `with-services.sh COMMAND…`.
#
# PostgreSQL: the server named by TEST_DATABASE_URL, else a throw-away cluster of our own if the machine has the
# programs. A browser: whatever is installed. Under CI=true missing programs are installed with apt; otherwise the
# tests that need them say so and are skipped.
set -eu
cd "$(dirname "$0")/.."

have_chromium() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

# Playwright steers the browser with a Node.js of its own, which on a bare Debian lacks libatomic.
have_driver() {
    .venv/bin/python -m playwright --version >/dev/null 2>&1
}

# Print the folder of PostgreSQL's programs, newest version first; nothing when there is none.
postgresql_programs() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
        [ -x "$folder/initdb" ] && echo "$folder" && return
    done
    found=$(command -v initdb) && dirname "$found" || true
}

install_missing() {
    missing=
    have_chromium || missing="chromium"
    have_driver || missing="$missing libatomic1"
    if [ -z "${TEST_DATABASE_URL:-}" ] && [ -z "$(postgresql_programs)" ]; then
        missing="$missing postgresql"
        if [ "$(id -u)" -eq 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            mkdir -p /etc/postgresql-common # Debian's own cluster would only take a port
            echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
        fi
    fi
    # shellcheck disable=SC2086 # a list of package names
    [ -z "$missing" ] || sh scripts/apt-install.sh $missing
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid postgres --regid postgres --clear-groups "$@"
    else
        "$@"
    fi
}

start_postgresql() {
    cluster=$(mktemp -d)
    port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    [ "$(id -u)" -ne 0 ] || chown postgres "$cluster"
    cd "$cluster"
    if as_postgres "$programs/initdb" -D "$cluster/data" -U postgres --auth trust -E UTF8 --locale C.UTF-8 --no-sync \
        >"$cluster.log" 2>&1 &&
        as_postgres "$programs/pg_ctl" -D "$cluster/data" -w -s -l "$cluster/server.log" \
            -o "-p $port -k '$cluster' -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start \
            >>"$cluster.log" 2>&1; then
        export TEST_DATABASE_URL="postgresql+psycopg://postgres@127.0.0.1:$port/postgres"
    else
        echo "PostgreSQL for the tests did not start:" >&2
        cat "$cluster.log" >&2
    fi
    cd - >/dev/null
}

stop_postgresql() {
    [ -n "$cluster" ] || return 0
    [ ! -d "$cluster/data" ] || as_postgres "$programs/pg_ctl" -D "$cluster/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$cluster" "$cluster.log"
}

if [ "${CI:-}" = true ]; then
    install_missing
    export HOIDAP_TEST_REQUIRE_ALL=1
fi

cluster=
programs=$(postgresql_programs)
trap stop_postgresql EXIT
trap 'exit 130' INT TERM
[ -n "${TEST_DATABASE_URL:-}" ] || [ -z "$programs" ] || start_postgresql
"$@"
