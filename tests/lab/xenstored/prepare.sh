#!/usr/bin/env bash
# Downloads and builds what run.sh needs, ahead of its first use.
exec bash "$(dirname "$0")/run.sh" --prepare
