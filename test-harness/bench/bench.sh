#!/bin/bash
# Measures what a request through jsgid costs, beside other ways in one run. See "bench.sh --help" and README.md.
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$tree/test-harness/bench
# shellcheck source-path=SCRIPTDIR source=../lib/jdks.sh
source "$tree/test-harness/lib/jdks.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/packages.sh
source "$tree/test-harness/lib/packages.sh"
# shellcheck source-path=SCRIPTDIR source=lib/servers.sh
source "$here/lib/servers.sh"
# shellcheck source-path=SCRIPTDIR source=lib/measure.sh
source "$here/lib/measure.sh"
# shellcheck source-path=SCRIPTDIR source=lib/report.sh
source "$here/lib/report.sh"

usage() {
    cat <<'HELP'
usage: test-harness/bench/bench.sh [OPTION...]

Starts a private Apache from target/jsgid (build first: mvn package) and all that is to stand beside jsgid, lets every
subject do every workload, taking turns, and prints requests per second, latencies, CPU time of the servers per request
and memory: medians over rounds, and ratios to a handler in C inside of Apache. A wrong answer ends it with status 1.
With the defaults it takes about 15 minutes, with --quick about 3.

  --subjects LIST     of static,c,ajp,ajp64,http,httpunix,jk,fcgi,wsgi,jsgi17,jsgi25,servlet17,servlet25 (default: all;
                      c is always measured, for the ratios; jsgi and servlet mean those on every JDK)
  --workloads LIST    of W1,W2,W3,W4,W5,W6 (default: all)
  --concurrency LIST  connections at a time (default 1,16,64); W5 and W6 have one
  --rounds N          rounds (default 3)
  --seconds N         seconds of each measurement (default 1)
  --warmup N          seconds of warm-up for each subject and each of W1 to W4 (default 2)
  --quick             one round with 16 connections
  --jdks LIST         feature versions for jsgid (default 17,25; one that is not below /usr/lib/jvm is left out)
  --image DIR         another build of jsgid than target/jsgid
  --against DIR       one more build of jsgid, measured in the same run; its subjects have "-old" behind their names
  --threads N         JsgiThreads of the groups (default: jsgid's own)
  --mpm NAME          event or worker (default event)
  --directives FILE   more lines for the servers' configuration
  --json FILE         raw figures of every single measurement, and memory
  --csv FILE          the same measurements as a table
  --profile S:W       no measurement: do workload W with subject S, and count the system calls per request of each process
  --keep              leave the folder with configuration, logs and raw results
HELP
}

fail() {
    echo "bench: $*" >&2
    exit 1
}

# The same when the folder is worth looking at. It may be called in a subshell, so a variable would not do.
fail_and_keep() {
    touch "$dir/keep"
    fail "$@"
}

# ---- options ----

subjects=
workloads=W1,W2,W3,W4,W5,W6
concurrency=1,16,64
rounds=3
seconds=1
warmup=2
jdks=17,25
image=$tree/target/jsgid
against=
threads=
mpm=event
directives=
json=
csv=
profile=
keep=no
while (($# > 0)); do
    case $1 in
        --keep) keep=yes ;;
        --quick)
            rounds=1
            concurrency=16
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        --subjects | --workloads | --concurrency | --rounds | --seconds | --warmup | --jdks | --image | --against | \
            --threads | --mpm | --directives | --json | --csv | --profile)
            (($# > 1)) || fail "$1 needs a value"
            declare "${1#--}=$2"
            shift
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
[[ $concurrency =~ ^[1-9][0-9]*(,[1-9][0-9]*)*$ ]] || fail "--concurrency takes numbers with commas, not \"$concurrency\""
[[ $jdks =~ ^[1-9][0-9]*(,[1-9][0-9]*)*$ ]] || fail "--jdks takes numbers with commas, not \"$jdks\""
for number in "$rounds" "$seconds" "$warmup"; do
    [[ $number =~ ^[1-9][0-9]*$ ]] || fail "\"$number\" is no number of at least 1"
done
[[ $mpm == event || $mpm == worker ]] || fail "--mpm takes event or worker; prefork has a process per connection"
[[ $workloads =~ ^W[1-6](,W[1-6])*$ ]] || fail "--workloads takes W1 to W6 with commas, not \"$workloads\""

# The JDKs that are here, and subjects for them.
java_home=()
features=()
for feature in ${jdks//,/ }; do
    java_home[feature]=$(jdks_with_compiler | awk -v feature="$feature" '$1 == feature { print $2; exit }')
    if [[ -n ${java_home[feature]} ]]; then
        features+=("$feature")
    else
        echo "bench: JDK $feature is not here, and left out" >&2
    fi
done
compiler=$(build_jdk)
[[ -n $compiler ]] || fail "there is no JDK of at least 17 below /usr/lib/jvm"
known=(static c ajp ajp64 http httpunix jk fcgi wsgi)
for kind in jsgi servlet; do
    for feature in "${features[@]}"; do
        known+=("$kind$feature")
    done
done
chosen=" c "
if [[ -n $profile ]]; then
    [[ $profile =~ ^([a-z0-9]+):(W[1-6])$ ]] || fail "--profile takes a subject and a workload, like jsgi17:W1"
    chosen+="${BASH_REMATCH[1]} "
elif [[ -z $subjects ]]; then
    chosen=" ${known[*]} "
fi
for subject in ${subjects//,/ } ${profile%%:*}; do
    case $subject in
        jsgi | servlet) for feature in "${features[@]}"; do chosen+="$subject$feature "; done ;;
        *)
            [[ " ${known[*]} " == *" $subject "* ]] || fail "there is no subject \"$subject\"; there are: ${known[*]}"
            chosen+="$subject "
            ;;
    esac
done
# In the order of the list above, each once.
subjects=()
for subject in "${known[@]}"; do
    [[ $chosen != *" $subject "* ]] || subjects+=("$subject")
done
if [[ -n $against ]]; then
    for subject in "${subjects[@]}"; do
        [[ $subject != jsgi* && $subject != servlet* ]] || subjects+=("$subject-old")
    done
fi
uses() {
    local subject
    for subject in "$@"; do
        if [[ " ${subjects[*]} " == *" $subject "* ]]; then
            return 0
        fi
    done
    return 1
}
uses_jsgid() {
    [[ " ${subjects[*]}" == *" jsgi"* || " ${subjects[*]}" == *" servlet"* ]]
}
does() {
    [[ ,$workloads, == *",$1,"* ]]
}

# ---- what has to be here ----

packages=(apache2-bin apache2-dev libapr1-dev libaprutil1-dev gcc libc6-dev wrk curl procps)
! uses jk || packages+=(libapache2-mod-jk)
! uses wsgi || packages+=(libapache2-mod-wsgi-py3)
[[ -z $profile ]] || packages+=(strace)
install_packages "${packages[@]}" || exit 1
for one in "$image" ${against:+"$against"}; do
    ! uses_jsgid || [[ -f $one/modules/mod_jsgid.so ]] || fail "there is no $one/modules/mod_jsgid.so; build first: mvn package"
done
tomcat_jars=$(find "$image/lib/containers/tomcat10" -name 'tomcat-*.jar' 2>/dev/null | tr '\n' ':')
[[ -n $tomcat_jars ]] || fail "there is no Tomcat in $image/lib/containers/tomcat10; build first: mvn package"

# ---- run ----

dir=$(mktemp -d /var/tmp/jsgid-bench-XXXXXX)
chmod 755 "$dir"
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
build_all
start_all
check_all "$workloads"
warm_up
if [[ -n $profile ]]; then
    count_calls "${profile%%:*}" "${profile##*:}"
    exit 0
fi
measure_all
measure_memory
check_all W1,W2,W3,W4 # still right after the load; of the others every answer's length was looked at
print_report
[[ -z $csv ]] || write_csv >"$csv"
[[ -z $json ]] || write_json >"$json"
