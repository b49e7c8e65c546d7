#!/usr/bin/env bash
# guard.sh COMMAND...: runs COMMAND when standard input ends, which is when the process that holds its other end has ended,
# however it ended. So a test run that is killed leaves no API server and no virtual machine behind.
# Returns at once; the guard itself sits outside of the caller's process tree and session.
set -euo pipefail
exec {held}<&0
setsid bash -c 'while read -r _ <&'"$held"'; do :; done; exec "$@" </dev/null' guard "$@" </dev/null >/dev/null 2>&1 &
