#!/usr/bin/env bash
# What the changelog says of a version: `eng/release-notes.sh 0.2.0`. Fails where it says nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
awk -v version="$1" '
    /^## / { wanted = $2 == version || $2 == version ","; next }
    wanted && (found || NF) { print; found = 1 }
    END { exit !found }' CHANGELOG.md
