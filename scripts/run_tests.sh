#!/usr/bin/env bash
# Runs all tests: those that need real processes, engines or a browser, and beside them, in a process of
# its own, all others, which mostly compute. With arguments: pytest with these, and nothing else.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
if [ "$#" -gt 0 ]; then exec "$python" -m pytest "$@"; fi

# Threads of a training that wait for each other sleep instead of spinning: two cores have other work too.
export OMP_WAIT_POLICY=PASSIVE
slow="docker or training or vllm or browser or processes"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
nice "$python" -m pytest -p no:cacheprovider -m "not ($slow)" >"$log" 2>&1 &
beside=$!
"$python" -m pytest -m "$slow"
status=$?
wait "$beside"
beside_status=$?
echo "=== Tests without processes of their own"
cat "$log"
[ "$status" = 0 ] && status=$beside_status
exit "$status"
