# Shared by .ci/run and .ci/long: sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED="${CGO_ENABLED:-1}"
started=$SECONDS
skipped=()

step() { printf '\n== %s (at %d s)\n' "$*" "$((SECONDS - started))"; }
skip() { skipped+=("$*"); printf -- '-- skipped: %s\n' "$*"; }
die() { printf 'ci: %s\n' "$*" >&2; exit 1; }

# quiet COMMAND...: fails, showing it, if the command prints anything.
quiet() {
	local out
	out=$("$@" 2>&1) || { printf '%s\n' "$out"; die "failed: $*"; }
	[ -z "$out" ] || { printf '%s\n' "$out"; die "should print nothing: $*"; }
}

need_go() {
	command -v go >/dev/null || die "Go 1.26 or later is needed"
	go version
}

# need_python makes a virtual environment in the checkout with what the interop
# tests use, and names its interpreter in LAZYSCRIBE_PYTHON.
need_python() {
	local python=
	for python in python3.12 python3.13 python3.11 python3; do
		"$python" -c 'import venv, ensurepip' 2>/dev/null && break
		python=
	done
	if [ -z "$python" ]; then
		apt-get update -qq && apt-get install -y -qq python3 python3-venv >/dev/null || die "Python 3 with venv is needed for the interop tests"
		python=python3
	fi
	[ -x .venv/bin/python ] || "$python" -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		'lazyscribe==2.2.1' 'python-slugify==8.0.4' 'text-unidecode==1.3' 'pytest>=8' 'lazyscribe-arrow==0.4.1' 'lazyscribe-yaml==0.2.1' 'pyarrow>=25' 'polars>=1.30' 'pyyaml>=6' ./python \
		'numpy>=2.3,<3' 'pillow>=11,<14'
	export LAZYSCRIBE_PYTHON="$PWD/.venv/bin/python" LAZYSCRIBE_INTEROP=1
	"$LAZYSCRIBE_PYTHON" -c 'import sys, lazyscribe; print("Python", sys.version.split()[0], "lazyscribe", lazyscribe.__version__)'
}

finish() {
	step "done"
	for s in "${skipped[@]}"; do printf 'skipped: %s\n' "$s"; done
}
