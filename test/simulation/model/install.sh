#!/bin/sh
# Installs what the model is checked with: Spin and a C compiler, as Debian packages. May be run again; says what is missing and why, and then ends with 1.
set -u

if command -v spin >/dev/null 2>&1 && command -v gcc >/dev/null 2>&1; then
  echo 'Spin and gcc are there'
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo 'missing: Spin; there is no apt-get here: install spin (6.5) and gcc by other means' >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo 'missing: Spin; apt-get needs root: run apt-get update && apt-get install -y --no-install-recommends spin gcc libc6-dev' >&2
  exit 1
fi
if ! apt-get -qq update || ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends spin gcc libc6-dev >/dev/null; then
  echo "missing: Spin; apt-get could not install it: its own message is above" >&2
  exit 1
fi
spin -V
