#!/bin/bash
# Injects faults into a server under load and judges every request. See "faults.sh --help" and README.md.
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$tree/test-harness
# shellcheck source-path=SCRIPTDIR source=../lib/jdks.sh
source "$here/lib/jdks.sh"

usage() {
    cat <<'END'
usage: test-harness/faults/faults.sh [OPTION...]

Starts a private Apache from target/jsgid (build first: mvn -DskipTests package), with three groups on two JDKs and
constant load, takes a random sequence of faults, and prints what became of every request and what is left. The exit
status is 0 only when nothing is wrong. It takes about half a minute more than the sequence.

  --seconds N       length of the sequence (default 120)
  --seed S          the sequence of that seed (default: a new one, which is printed)
  --jdks A,B        feature versions of the two JDKs (default: the oldest and the newest of at least 17)
  --faults LIST     only these: kill-daemon,kill-keeper,kill-monitor,kill-child,stop-daemon,stop-monitor,graceful,
                    restart,ctl-restart,redeploy,redeploy-broken,switch-jdk (default: all)
  --journal FILE    where to write what happens when (default target/faults/SEED.log)
  --scale N         deadlines are N times as long, for slow or busy machines (default 1)
  --keep            leave the server root below /tmp
END
}

arguments=()
properties=()
journal=
seed=$((RANDOM * 32768 + RANDOM))
while (($# > 0)); do
    case $1 in
        --keep) properties+=(-Djsgid.test.keep=true) ;;
        --seconds | --jdks | --faults | --seed | --journal | --scale)
            if (($# < 2)); then
                echo "faults: $1 needs a value" >&2
                exit 2
            fi
            case $1 in
                --seed) seed=$2 ;;
                --journal) journal=$2 ;;
                --scale) properties+=("-Djsgid.test.scale=$2") ;;
                *) arguments+=("$1" "$2") ;;
            esac
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
if [[ ! $seed =~ ^-?[0-9]+$ ]]; then
    echo "faults: --seed takes a whole number, not \"$seed\"" >&2
    exit 2
fi

gson=("$tree"/target/jsgid/lib/supervisor/gson-*.jar)
if [[ ! -f ${gson[0]} || ! -d $here/target/classes ]]; then
    echo "faults: there is no built image at $tree/target/jsgid; build it with: mvn -DskipTests package" >&2
    exit 1
fi
exec "$(build_jdk)/bin/java" -cp "$here/target/classes:${gson[0]}" "-Djsgid.image=$tree/target/jsgid" \
    "-Djsgid.apps=$here/src/test/apps" "${properties[@]}" org.jsgid.harness.faults.FaultRun \
    --seed "$seed" --journal "${journal:-$here/target/faults/$seed.log}" "${arguments[@]}"
