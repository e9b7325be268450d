# Shared by .ci/run and .ci/long: sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Without cgo all but the race detector, so that what one step compiled the next can use.
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0
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

# quick_folder ELSE makes a folder in memory where there is room, or in ELSE.
quick_folder() {
	local free
	free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n1)
	if [ "${free:-0}" -gt $((8 << 20)) ]; then set -- /dev/shm; fi
	set -- "$(mktemp -d -p "$1")"
	chmod 755 "$1" # some tests are another user for a while
	printf "%s\n" "$1"
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
		'lazyscribe==2.2.1' 'python-slugify==8.0.4' 'text-unidecode==1.3' 'pytest>=8' './python[all]' \
		'lazyscribe-arrow==0.4.1' 'lazyscribe-yaml==0.2.1' 'pyarrow>=25' 'polars>=2' 'pyyaml>=6' 'numpy>=2.3,<3' 'pillow>=11,<14' 'h5py>=3.14' \
		'openpyxl>=3.1' ./plugins/python ./examples/plugins/parquet
	export LAZYSCRIBE_PYTHON="$PWD/.venv/bin/python" LAZYSCRIBE_INTEROP=1
	"$LAZYSCRIBE_PYTHON" -c 'import sys, lazyscribe; print("Python", sys.version.split()[0], "lazyscribe", lazyscribe.__version__)'
}

# generated prints a checksum of what protogen writes.
generated() { cat plugins/pluginpb/* plugins/python/lazyscribe_plugin.py | sha256sum; }

# need_buf installs buf into a folder and names it in BUF; it fails where that
# cannot be done.
need_buf() {
	command -v npm >/dev/null && (cd "$1" && timeout 60 npm install --no-audit --no-fund --silent @bufbuild/buf@1.75.0 2>/dev/null >&2) &&
		BUF="$1/node_modules/.bin/buf"
}

# need_servers puts object stores for tests into .servers, unless they are there,
# and makes tests fail that do not find them. With "all" also the large ones.
need_servers() {
	local bin="$PWD/.servers"
	mkdir -p "$bin"
	install_server versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
	install_server fake-gcs-server github.com/fsouza/fake-gcs-server@v1.56.1
	if [ "${1:-}" = all ]; then
		install_server minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
		[ -x "$bin/node_modules/.bin/azurite-blob" ] ||
			npm install --prefix "$bin" --silent --no-audit --no-fund azurite@3 || die "Node.js with npm is needed for Azurite"
		export LAZYSCRIBE_SERVERS=all
	else
		export LAZYSCRIBE_SERVERS=1
	fi
}

# install_server NAME PACKAGE: outside of the module, which must not need it.
install_server() {
	[ -x ".servers/$1" ] || (cd / && GOFLAGS= GOBIN="$OLDPWD/.servers" go install "$2") || die "cannot install $1"
}

# fuzz COUNT [EXCEPT]: that many inputs for every fuzz target there is, but for those
# of packages that match EXCEPT, two targets at a time (go test fuzzes one per run).
# Counted, not timed: at the end of a time the fuzzer can report its own deadline as
# a failure.
fuzz() {
	grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . |
		sed -E 's|^(.*)/[^/]*:[0-9]+:func (.*)$|\1 \2|' | sort -u |
		grep -vE "${2:-^$}" |
		xargs -P2 -L1 bash -c 'out=$(go test "$1" -run "^$" -fuzz "^$2\$" -fuzztime "$0"x -fuzzminimizetime 20x -parallel 1 2>&1) &&
			printf "%s %s: %s\n" "$1" "$2" "$(tail -n1 <<<"$out")" || { printf "%s\n" "$out"; exit 255; }' "$1"
}

finish() {
	step "done"
	for s in "${skipped[@]}"; do printf 'skipped: %s\n' "$s"; done
}
