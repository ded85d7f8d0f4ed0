#!/bin/sh
# Install Debian packages if this machine has apt and we may; otherwise say what is missing and fail.
set -eu

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing on this machine: $*" >&2
    exit 1
fi
echo "Installing with apt: $*" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
