#!/bin/sh
# Finds Python 3.11 or newer, which does the rest (deploy/local/prepare.py). Arguments: what to run afterwards with the
# project's own Python. Without arguments, it only prepares.
set -eu
cd "$(dirname "$0")/../.."
for python in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        # Nothing is installed yet: prepare imports the embedded servers' library from its sources.
        PYTHONPATH=packages/embedded-servers/src exec "$python" -m deploy.local.prepare "$@"
    fi
done
echo "ace: Python 3.11 or newer is needed: install the package python3 (Debian 12, Ubuntu 24.04)" >&2
exit 1
