#!/bin/sh
# Installs the real servers that test/e2e speaks to: MapServer (Debian package), Koop (npm, in test/servers/koop) and pycsw (PyPI, in
# test/servers/pycsw/venv).
# May be run again and again; says what is missing and why, and then ends with 1.
set -u
cd "$(dirname "$0")" || exit 1
missing=0

lacks() {
  echo "missing: $1" >&2
  missing=1
}

install_mapserver() {
  if ! command -v apt-get >/dev/null 2>&1; then
    lacks 'MapServer: there is no apt-get here; install the mapserv program (8.0 or later) by other means'
  elif [ "$(id -u)" -ne 0 ]; then
    lacks 'MapServer: apt-get needs root; run: apt-get update && apt-get install -y --no-install-recommends cgi-mapserver'
  elif ! apt-get -qq update || ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends cgi-mapserver >/dev/null; then
    lacks 'MapServer: apt-get could not install cgi-mapserver; its own message is above'
  fi
}

install_koop() {
  if ! (cd koop && npm ci --no-progress); then
    lacks 'Koop: npm ci in test/servers/koop failed; its own message is above'
  fi
}

install_pycsw() {
  if ! command -v python3 >/dev/null 2>&1; then
    lacks 'pycsw: there is no python3 here'
  elif ! python3 -m venv --clear pycsw/venv; then
    lacks 'pycsw: python3 -m venv failed (on Debian it needs the package python3-venv); its own message is above'
  elif ! pycsw/venv/bin/python -m pip install --quiet --requirement pycsw/requirements.txt; then
    lacks 'pycsw: pip install failed; its own message is above'
  else
    cp pycsw/requirements.txt pycsw/venv/installed
  fi
}

if [ -x /usr/lib/cgi-bin/mapserv ] || command -v mapserv >/dev/null 2>&1; then
  echo 'MapServer is there'
else
  install_mapserver
fi

# npm writes this file last: it is newer than the lock file only when the install of that lock file was finished.
if [ -e koop/node_modules/.package-lock.json ] && [ ! koop/package-lock.json -nt koop/node_modules/.package-lock.json ]; then
  echo 'Koop is there'
else
  install_koop
fi

# Copied last: it says what a finished install was made of.
if cmp -s pycsw/requirements.txt pycsw/venv/installed; then
  echo 'pycsw is there'
else
  install_pycsw
fi

exit "$missing"
