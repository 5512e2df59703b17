#!/usr/bin/env bash
# Installs MiniStack, an emulator of AWS in Python, into a virtual environment of its own (.reeve/emulator); needs Python 3.10 or newer.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=1.5.33
venv=.reeve/emulator

if [[ -x $venv/bin/ministack && "$("$venv/bin/pip" show ministack 2>/dev/null | sed -n 's/^Version: //p')" == "$version" ]]; then
  echo "MiniStack $version is installed"
  exit 0
fi
if ! python3 -m venv "$venv" 2>/dev/null; then
  # Debian keeps the module that puts pip into a new environment in a package of its own.
  rm -rf "$venv"
  python3 -m pip --version >/dev/null || { echo "Python 3.10 or newer with venv or pip is needed" >&2; exit 1; }
  python3 -m venv --without-pip "$venv"
  python3 -m pip --python "$venv/bin/python" install --quiet pip
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check "ministack==$version"
echo "MiniStack $version is installed"
