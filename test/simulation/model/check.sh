#!/bin/sh
# Checks the model with Spin: the protocol in all interleavings with any two deaths; then each seeded bug, which must be found.
# Ends with `N passed, N failed`; where there is no Spin, with `0 passed, 0 failed, 1 skipped` and the reason.
set -u
cd "$(dirname "$0")" || exit 1

if ! command -v spin >/dev/null 2>&1 || ! command -v gcc >/dev/null 2>&1; then
  echo 'THE MODEL IS NOT CHECKED: spin or gcc is not installed (test/simulation/model/install.sh installs them)'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cp session.pml "$folder" && cd "$folder" || exit 1
passed=0
failed=0

# search <what> <clean|caught> <options>: an error of the model, and a search that was cut short, are no proof.
search() {
  what=$1
  wanted=$2
  shift 2
  if ! spin -a "$@" session.pml >spin.log 2>&1 || ! gcc -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=6000 -o pan pan.c 2>gcc.log; then
    cat spin.log gcc.log
    found='not compiled'
  else
    # Spin ends with 0, whatever it found.
    ./pan -m200000 >pan.log 2>&1
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)
    if grep -q 'errors: 0$' pan.log && ! grep -q 'Search not completed\|max search depth too small' pan.log; then
      found=clean
    elif grep -q '^pan:[0-9]*: \(assertion violated\|invalid end state\)' pan.log; then
      found=caught
    else
      cat pan.log
      found='not completed'
    fi
  fi
  reason=$(sed -n 's/^pan:[0-9]*: \(.*\)/ by: \1/p' pan.log | head -n 1)
  if [ "$found" = "$wanted" ]; then
    passed=$((passed + 1))
    echo "$what: $found after ${states:-no} states$reason"
  else
    failed=$((failed + 1))
    echo "FAILED: $what: wanted $wanted, is $found$reason"
  fi
}

search 'any two deaths, one check' clean -DF=2 -DCHECKS=1
search 'a death, and a finalizer at any moment' clean -DF=1 -DCHECKS=0 -DEARLY
for bug in NO_SEAL NO_CONDITION NOT_RECOUNTED BLIND_COMMIT BLIND_RELEASE WAVE_UNFENCED CLEAN_UP_FIRST CLOSED_FIRST \
  PUBLISHED_FIRST NOT_PUBLISHED WATCHED_LAST NO_SWEEP; do
  search "seeded bug $bug" caught -DF=2 -DCHECKS=1 -D$bug
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
