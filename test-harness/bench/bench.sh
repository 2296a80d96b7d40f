#!/bin/bash
# Measures what a request through jsgid costs, beside other ways in one run. See "bench.sh --help" and README.md.
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$tree/test-harness/bench
# shellcheck source-path=SCRIPTDIR source=../lib/jdks.sh
source "$tree/test-harness/lib/jdks.sh"

usage() {
    cat <<'END'
usage: test-harness/bench/bench.sh [OPTION...]

Starts a private Apache from target/jsgid (build first: mvn package) and a stock Tomcat, asks both for 13 bytes in every
way, and prints requests per second and CPU time of the server per request: medians over rounds in which the ways
take turns, and ratios to the static file and to a handler in C. With the defaults it takes about 100 seconds.

  --concurrency LIST  connections at a time (default 16,64)
  --rounds N          rounds per concurrency (default 3)
  --seconds N         seconds of each measurement (default 2)
  --warmup N          seconds of warm-up per Java way (default 4)
  --only LIST         of static,c,jsgi,servlet,ajp,http (static and c are always measured, for the ratios)
  --jdk HOME          the JDK of both sides (default: the newest below /usr/lib/jvm)
  --threads N         JsgiThreads of the groups (default: jsgid's own)
  --mpm NAME          event or worker (default event)
  --directives FILE   more lines for the server's configuration
  --profile WAY       no measurement: load this way and count the system calls per request of each process
  --keep              leave the folder with configuration, logs and raw results
END
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

concurrency=16,64
rounds=3
seconds=2
warmup=4
only=jsgi,servlet,ajp,http
jdk=
threads=
mpm=event
directives=
profile=
keep=no
while (($# > 0)); do
    case $1 in
        --keep) keep=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        --concurrency | --rounds | --seconds | --warmup | --only | --jdk | --threads | --mpm | --directives | --profile)
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
for number in "$rounds" "$seconds" "$warmup"; do
    [[ $number =~ ^[1-9][0-9]*$ ]] || fail "\"$number\" is no number of at least 1"
done
[[ $mpm == event || $mpm == worker ]] || fail "--mpm takes event or worker; prefork has a process per connection"
ways=(static c)
for way in ${only//,/ } ${profile:+"$profile"}; do
    case $way in
        static | c) ;;
        jsgi | servlet | ajp | http) [[ " ${ways[*]} " == *" $way "* ]] || ways+=("$way") ;;
        *) fail "--only and --profile know static, c, jsgi, servlet, ajp and http, not \"$way\"" ;;
    esac
done
uses() {
    local way
    for way in "$@"; do
        if [[ " ${ways[*]} " == *" $way "* ]]; then
            return 0
        fi
    done
    return 1
}

for program in wrk curl cc apxs /usr/sbin/apache2 ${profile:+strace}; do
    command -v "$program" >/dev/null ||
        fail "$program is not here: apt-get install wrk curl gcc apache2-dev apache2-bin${profile:+ strace}"
done
image=$tree/target/jsgid
! uses jsgi servlet || [[ -f $image/modules/mod_jsgid.so ]] || fail "there is no $image/modules/mod_jsgid.so; build first: mvn package"
jdk=${jdk:-$(jdks_with_compiler | awk '{ home = $2 } END { print home }')}
[[ -x $jdk/bin/javac ]] || fail "no JDK with javac at \"$jdk\"; name one with --jdk"
compiler=$(build_jdk)
embed=$(find "$image/lib" "${HOME}/.m2/repository/org/apache/tomcat/embed/tomcat-embed-core" \
    -name 'tomcat-embed-core-10.1.*[0-9].jar' 2>/dev/null | head -n 1)
[[ -n $embed ]] || fail "tomcat-embed-core 10.1 is neither in the image nor in Maven's repository; build first"
annotations=$(find "$image/lib" "${HOME}/.m2/repository/org/apache/tomcat" -name 'tomcat-annotations-api-10.1.*[0-9].jar' \
    2>/dev/null | head -n 1)

# ---- the two servers ----

dir=$(mktemp -d /var/tmp/jsgid-bench-XXXXXX)
chmod 755 "$dir"
tomcat=
tomcat_input=

httpd_pid() {
    cat "$dir/httpd.pid" 2>/dev/null || true
}

stop_all() {
    local pid
    pid=$(httpd_pid)
    if [[ -n $pid ]]; then
        kill -TERM "$pid" 2>/dev/null || true
        timeout 60 tail --pid="$pid" -s 0.1 -f /dev/null || echo "bench: Apache (process $pid) did not stop" >&2
    fi
    if [[ -n $tomcat ]]; then
        kill -TERM "$tomcat" 2>/dev/null || true
        wait "$tomcat" || true
    fi
    if [[ $keep == yes || -e $dir/keep ]]; then
        echo "Kept: $dir"
    else
        rm -rf --one-file-system "$dir"
    fi
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$dir/apps" "$dir/classes" "$dir/htdocs" "$dir/jdk.d" "$dir/tomcat" "$dir/tomcat-classes" "$dir/war"
printf 'Hello, world!' >"$dir/htdocs/static.txt"
cp -R "$image" "$dir/jsgid"
chmod -R go+rX "$dir/jsgid"
cp "$here/apps/Plain.java" "$dir/apps/"
mkdir -p "$dir/war/WEB-INF/classes"
cp "$here/apps/servlet/web.xml" "$dir/war/WEB-INF/"
"$compiler/bin/javac" --release 11 -proc:none -cp "$embed" -d "$dir/war/WEB-INF/classes" \
    "$here"/apps/servlet/org/example/*.java
"$compiler/bin/jar" --create --file "$dir/apps/servlet.war" -C "$dir/war" .
chmod 644 "$dir"/apps/*
# shellcheck disable=SC2046 # a list of words
cc -O2 -Wall -Wextra -Werror -shared -fPIC -isystem "$(apxs -q INCLUDEDIR)" $(apr-1-config --cppflags --includes) \
    -o "$dir/mod_bench.so" "$here/handler/mod_bench.c"

if uses ajp http; then
    "$compiler/bin/javac" --release 11 -proc:none -cp "$embed:$annotations" -d "$dir/tomcat-classes" \
        "$here/tomcat/StockTomcat.java"
    mkfifo "$dir/tomcat-input"
    "$jdk/bin/java" -cp "$dir/tomcat-classes:$embed:$annotations" StockTomcat "$dir/tomcat" "$dir/war" "$dir/ports" \
        <"$dir/tomcat-input" >"$dir/tomcat.log" 2>&1 &
    tomcat=$!
    exec {tomcat_input}>"$dir/tomcat-input"
    deadline=$((SECONDS + 60))
    until [[ -s $dir/ports ]]; do
        if ((SECONDS > deadline)) || [[ ! -d /proc/$tomcat ]]; then
            cat "$dir/tomcat.log" >&2
            fail "Tomcat did not start"
        fi
        sleep 0.1
    done
    read -r http_port ajp_port <"$dir/ports"
fi

free_port() {
    local candidate
    for ((candidate = 20000 + RANDOM % 10000; candidate < 32000; candidate++)); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no free port from 20000 to 32000"
}
port=$(free_port)
url=http://127.0.0.1:$port

printf 'home = %s\n' "$jdk" >"$dir/jdk.d/bench.conf"
# Monitors need a JDK of at least 17, whichever is measured.
printf 'home = %s\npriority = -1\n' "$compiler" >"$dir/jdk.d/supervisor.conf"
modules=/usr/lib/apache2/modules
# Enough threads that no way waits for one, and that the event MPM never closes an idle connection because its threads
# are busy, which wrk would count as an error; no spare process comes or goes while it is measured.
{
    echo "ServerRoot \"$dir\""
    echo "ServerName 127.0.0.1"
    echo "Listen 127.0.0.1:$port"
    echo "PidFile httpd.pid"
    echo "DefaultRuntimeDir ."
    echo "ErrorLog error.log"
    for module in "mpm_$mpm" authz_core alias mime proxy proxy_http proxy_ajp; do
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    echo "LoadModule bench_module $dir/mod_bench.so"
    echo "TypesConfig /dev/null"
    echo "AddType text/plain .txt"
    if ((EUID == 0)); then
        echo "User www-data"
        echo "Group www-data"
    fi
    echo "DocumentRoot \"$dir/htdocs\""
    echo "KeepAlive On"
    echo "MaxKeepAliveRequests 0"
    echo "StartServers 2"
    echo "ServerLimit 2"
    echo "KeepAliveTimeout 60"
    echo "ThreadLimit 256"
    echo "ThreadsPerChild 256"
    echo "MaxRequestWorkers 512"
    echo "MinSpareThreads 1"
    echo "MaxSpareThreads 512"
    # As Debian's configuration has it: no .htaccess is looked for, which would cost six calls a request.
    echo "<Directory \"/\">"
    echo "    AllowOverride None"
    echo "</Directory>"
    echo "<Location /c>"
    echo "    SetHandler bench"
    echo "</Location>"
    if uses ajp http; then
        echo "ProxyPass /ajp/ ajp://127.0.0.1:$ajp_port/"
        echo "ProxyPass /http/ http://127.0.0.1:$http_port/"
    fi
    if uses jsgi servlet; then
        echo "LoadModule jsgid_module $dir/jsgid/modules/mod_jsgid.so"
        echo "JsgiHome \"$dir/jsgid\""
        echo "JsgiRunDir \"$dir/run\""
        echo "JsgiProfileDir \"$dir/jdk.d\""
        echo "JsgiSupervisorRuntime supervisor"
        for group in jsgi servlet; do
            echo "<JsgiDaemonGroup $group>"
            echo "    JsgiRuntime bench"
            if ((EUID == 0)); then
                echo "    JsgiUser nobody"
            fi
            if [[ -n $threads ]]; then
                echo "    JsgiThreads $threads"
            fi
            echo "</JsgiDaemonGroup>"
        done
        echo "JsgiScriptAlias /jsgi \"$dir/apps/Plain.java\" process-group=jsgi"
        echo "JsgiScriptAlias /servlet \"$dir/apps/servlet.war\" process-group=servlet"
    fi
    if [[ -n $directives ]]; then
        cat "$directives"
    fi
} >"$dir/httpd.conf"

declare -A path=([static]=/static.txt [c]=/c [jsgi]=/jsgi [servlet]=/servlet/plain [ajp]=/ajp/plain [http]=/http/plain)
declare -A title=([static]="Apache, static file" [c]="Apache, handler in C" [jsgi]="jsgid, JSGI" [servlet]="jsgid, servlet"
    [ajp]="mod_proxy_ajp, Tomcat" [http]="mod_proxy_http, Tomcat")

# Tomcat ends with this script, whatever ends it: nothing else may hold its standard input open.
(
    [[ -z $tomcat_input ]] || exec {tomcat_input}>&-
    exec /usr/sbin/apache2 -d "$dir" -f "$dir/httpd.conf" -k start
) || fail "Apache did not start"

answers() {
    [[ $(curl -sS --max-time 10 "$url${path[$1]}" 2>"$dir/curl.log") == "Hello, world!" ]]
}
deadline=$((SECONDS + 90))
for way in "${ways[@]}"; do
    until answers "$way"; do
        if ((SECONDS > deadline)); then
            # Each try is a line; what comes before them is the reason.
            grep -v JSGID0404 "$dir/error.log" | tail -n 30 >&2 || true
            fail_and_keep "${title[$way]} does not answer with its 13 bytes at $url${path[$way]}"
        fi
        sleep 0.2
    done
done

# ---- what is measured ----

# tree_of PID: it and all below it.
tree_of() {
    ps -e -o pid= -o ppid= | awk -v root="$1" '
        { parent[$1] = $2 }
        END {
            for (pid in parent) {
                for (at = pid; at in parent && at != root; at = parent[at]) { }
                if (at == root) print pid
            }
        }'
}

# cpu_ticks: "APACHE JAVA", the CPU time since their start of Apache's own processes, and of all JVMs: monitors, daemons,
# Tomcat. Time of ended children is with their parents.
cpu_ticks() {
    local pid
    for pid in $(tree_of "$(httpd_pid)") $tomcat; do
        # The name may hold spaces and brackets; the fields begin behind its last bracket.
        sed 's/^[0-9]* (\(.*\)) /\1\t/' "/proc/$pid/stat" 2>/dev/null || true
    done | awk -F'\t' '
        { split($2, field, " "); ticks = field[12] + field[13] + field[14] + field[15] }
        $1 == "apache2" { apache += ticks; next }
        { java += ticks }
        END { print apache + 0, java + 0 }'
}
ticks_per_second=$(getconf CLK_TCK)

# load WAY CONNECTIONS SECONDS: requests answered. Fails unless every one of them was answered with 200.
load() {
    local found said
    found=$(wrk -t1 -c"$2" -d"$3" -s "$here/wrk.lua" "$url${path[$1]}" 2>&1) || fail "wrk: $found"
    said=$found
    found=$(sed -n 's/^RESULT //p' <<<"$found")
    [[ $found =~ ^[0-9]+\ [0-9]+\ 0$ ]] ||
        fail_and_keep "${title[$1]}, $2 connections: not every request was answered with 200 (requests, microseconds, errors: $found; $(grep -i error <<<"$said" || true));" \
            "see $dir/error.log"
    echo "$found"
}

# measure WAY CONNECTIONS: a line of raw results.
measure() {
    local before after result
    before=$(cpu_ticks)
    result=$(load "$1" "$2" "$seconds")
    after=$(cpu_ticks)
    awk -v way="$1" -v connections="$2" -v before="$before" -v after="$after" -v result="$result" -v hz="$ticks_per_second" '
        BEGIN {
            split(before, b, " "); split(after, a, " "); split(result, r, " ")
            printf "%s\t%d\t%.1f\t%.2f\t%.2f\n", way, connections, r[1] * 1e6 / r[2],
                (a[1] - b[1]) * 1e6 / hz / r[1], (a[2] - b[2]) * 1e6 / hz / r[1]
        }' >>"$dir/results.tsv"
}

median() {
    awk -F'\t' -v way="$1" -v connections="$2" -v column="$3" '
        $1 == way && $2 == connections { print column == "cpu" ? $4 + $5 : $column }' "$dir/results.tsv" | sort -n |
        awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

print_table() {
    local connections way static c rate
    for connections in ${concurrency//,/ }; do
        static=$(median static "$connections" 3)
        c=$(median c "$connections" 3)
        printf '\n%s connections\n' "$connections"
        printf '%-24s %12s %10s %8s %14s %10s %10s\n' "" "requests/s" "of static" "of C" "CPU µs/request" "in Apache" "in Java"
        for way in "${ways[@]}"; do
            rate=$(median "$way" "$connections" 3)
            printf '%-24s %12.0f %10.2f %8.2f %14.1f %10.1f %10.1f\n' "${title[$way]}" "$rate" \
                "$(awk "BEGIN { print $rate / $static }")" "$(awk "BEGIN { print $rate / $c }")" \
                "$(median "$way" "$connections" cpu)" "$(median "$way" "$connections" 4)" "$(median "$way" "$connections" 5)"
        done
    done
}

# ---- system calls ----

# The calls of each process of the server while one way is under load, per request. strace slows everything down; the
# counts are what matters.
count_calls() {
    local connections=${concurrency%%,*} before pid name requests tracers=()
    load "$1" "$connections" "$warmup" >/dev/null
    for pid in $(tree_of "$(httpd_pid)") $tomcat; do
        strace -f -c -U name,calls,errors -p "$pid" -o "$dir/calls.$pid" 2>"$dir/strace.$pid" &
        tracers+=($!)
        before=$SECONDS
        until grep -qs attached "$dir/strace.$pid"; do
            ((SECONDS < before + 20)) || fail "strace: $(cat "$dir/strace.$pid")"
            sleep 0.05
        done
    done
    requests=$(load "$1" "$connections" "$seconds")
    requests=${requests%% *}
    kill -INT "${tracers[@]}"
    wait "${tracers[@]}" || true
    echo "${title[$1]}, $connections connections, $requests requests: calls per request (of those, failed)"
    for pid in $(tree_of "$(httpd_pid)") $tomcat; do
        [[ -s $dir/calls.$pid ]] || continue
        name=$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-60)
        awk -v requests="$requests" -v name="process $pid: $name" '
            $2 ~ /^[0-9]+$/ && $1 != "total" && $2 / requests >= 0.01 {
                if (!said++) print name
                printf "  %-20s %8.2f %s\n", $1, $2 / requests, $3 ? sprintf("(%.2f)", $3 / requests) : ""
            }' "$dir/calls.$pid"
    done
}

for way in "${ways[@]}"; do
    case $way in
        static | c) load "$way" 16 1 >/dev/null ;;
        *) load "$way" 16 "$warmup" >/dev/null ;;
    esac
done
if [[ -n $profile ]]; then
    count_calls "$profile"
    exit 0
fi

echo "JDK $(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$jdk/release"), $(/usr/sbin/apache2 -v | sed -n 's/^Server version: //p')" \
    "($mpm), $(nproc) processors; medians of $rounds rounds of ${seconds} s, load from the same machine"
for connections in ${concurrency//,/ }; do
    for ((round = 0; round < rounds; round++)); do
        # Each round begins with another way, so that none always follows the same one.
        for ((i = 0; i < ${#ways[@]}; i++)); do
            measure "${ways[(round + i) % ${#ways[@]}]}" "$connections"
        done
    done
done
for way in "${ways[@]}"; do
    answers "$way" || fail "${title[$way]} does not answer any more after the load"
done
print_table
