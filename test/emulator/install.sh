#!/usr/bin/env bash
# Installs MiniStack, an emulator of AWS in Python, into a virtual environment of its own (.reeve/emulator); needs Python 3.10 or newer with venv or pip.
# May be run again and again: what is there in the right version is left as it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

wanted=test/emulator/requirements.txt
venv=.reeve/emulator
installed=$venv/installed.txt

if [[ -x $venv/bin/ministack ]] && cmp -s "$wanted" "$installed"; then exit 0; fi

fail() {
  echo "The emulator cannot be installed: $1" >&2
  exit 1
}

command -v python3 >/dev/null || fail 'there is no python3; on Debian: apt-get install python3 python3-pip'
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "$(python3 --version) is too old; 3.10 or newer is needed"
rm -rf "$venv"
mkdir -p "$(dirname "$venv")"
if ! python3 -m venv "$venv" 2>/dev/null; then
  # Debian keeps the module that puts pip into a new environment in a package of its own (python3-venv); a pip that is there will do.
  rm -rf "$venv"
  python3 -m pip --version >/dev/null 2>&1 || fail 'python3 has neither venv nor pip; on Debian: apt-get install python3-venv'
  python3 -m venv --without-pip "$venv"
  python3 -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check pip || fail 'pip could not be installed into it'
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted" || fail 'pip could not install what is in test/emulator/requirements.txt'
cp "$wanted" "$installed"
echo 'The emulator is installed'
