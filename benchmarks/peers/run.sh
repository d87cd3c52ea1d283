#!/bin/sh
# Times the signers of Go, Rust, Python and JavaScript on the three requests of the suite, beside
# Countersign and the AWS SDK for Java, each in a loop of its own on one thread.
#
#   benchmarks/peers/run.sh DIR           samples of a second; about two minutes after the first build
#   benchmarks/peers/run.sh --quick DIR   samples of a tenth: to see that it works, not for figures
#
# DIR is the folder of a run of "./countersign bench signer" on this machine. The results go to
# DIR/peers, and the table and the plot there are made anew with them.
#
# Every program signs once first and fails unless the signature is the one that Countersign makes.
# It needs go, cargo, python3 (with venv), node and npm; a language whose tools are missing is left
# out, and that is said. Libraries come from where those tools get them; versions are pinned in
# go/go.mod, rust/Cargo.toml, python/requirements.txt and javascript/package.json. What is built
# lies in benchmarks/target/peers.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
home=$(CDPATH='' cd -- "$here/../.." && pwd -P)
millis=1000
samples=5
if [ "${1:-}" = --quick ]; then
    millis=100
    samples=3
    shift
fi
if [ $# -ne 1 ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
mkdir -p "$1/peers"
folder=$(CDPATH='' cd -- "$1" && pwd -P)
work=$home/benchmarks/target/peers
mkdir -p "$work"
requests=$work/requests.json

say() {
    printf '== %s\n' "$1" >&2
}

# Whether every tool is there: has LANGUAGE TOOL...
has() {
    language=$1
    shift
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || {
            say "$language is left out: $tool is not installed"
            rm -f "$folder/peers/$language.json"
            return 1
        }
    done
    say "$language"
}

# Runs a peer and keeps what it prints, once it has ended well: measure LANGUAGE COMMAND...
measure() {
    language=$1
    shift
    "$@" "$requests" "$samples" "$millis" >"$work/$language.json"
    mv "$work/$language.json" "$folder/peers/$language.json"
}

say java
"$home/countersign" bench peer --requests "$requests" --results "$folder/peers/java.json" \
    --samples "$samples" --millis "$millis"

if has go go; then
    (cd "$here/go" && go build -o "$work/go-peer" .)
    measure go "$work/go-peer"
fi

if has rust cargo; then
    # Elsewhere, so that no lock file appears among the sources.
    mkdir -p "$work/rust"
    cp -R "$here/rust/." "$work/rust"
    (cd "$work/rust" && cargo build -q --release)
    measure rust "$work/rust/target/release/peers"
fi

if has python python3; then
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check -r "$here/python/requirements.txt"
    measure python "$work/venv/bin/python" "$here/python/peer.py"
fi

if has javascript node npm; then
    mkdir -p "$work/javascript"
    cp "$here/javascript/package.json" "$here/javascript/peer.js" "$work/javascript"
    (cd "$work/javascript" && npm install --silent --no-audit --no-fund --no-package-lock)
    measure javascript node "$work/javascript/peer.js"
fi

if [ -f "$folder/signer.json" ]; then
    "$home/countersign" bench report "$folder"
    say "written: $folder/signer.md, signer.svg"
else
    say "written: $folder/peers (no signer.json there, so no table)"
fi
