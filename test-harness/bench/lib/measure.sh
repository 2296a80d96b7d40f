# shellcheck shell=bash
# Checks answers, and measures. Sourced by bench.sh.
# shellcheck disable=SC2154 # variables of bench.sh and servers.sh

declare -A workload_name=([W1]=plain [W2]=large [W3]=echo [W4]=rich [W5]=download [W6]=upload)
declare -A title=([static]="Apache, static file" [c]="Apache, handler in C" [ajp]="mod_proxy_ajp" [ajp64]="mod_proxy_ajp, unix, 64 KiB"
    [http]="mod_proxy_http" [httpunix]="mod_proxy_http, unix" [jk]="mod_jk" [fcgi]="mod_proxy_fcgi, C" [wsgi]="mod_wsgi, Python")

title_of() {
    local subject=${1%-old}
    case $subject in
        jsgi*) echo "jsgid, JSGI, JDK ${subject#jsgi}${1:${#subject}}" ;;
        servlet*) echo "jsgid, servlet, JDK ${subject#servlet}${1:${#subject}}" ;;
        *) echo "${title[$subject]}" ;;
    esac
}

# can SUBJECT WORKLOAD: a file takes no body.
can() {
    [[ $1 != static || $2 != W[36] ]]
}

progress_done=0
progress_of=0
progress() {
    local now=$((SECONDS - begin))
    if [[ -t 2 ]]; then
        printf '\r\033[K[%d:%02d] %s' $((now / 60)) $((now % 60)) "$*" >&2
    elif ((now >= progress_next)); then
        printf '[%d:%02d] %s\n' $((now / 60)) $((now % 60)) "$*" >&2
        progress_next=$((now + 15))
    fi
}
end_of_progress() {
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
}
begin=$SECONDS
progress_next=0

# ---- answers ----

# answer SUBJECT WORKLOAD: asks once. Prints nothing when the answer is right, else what is wrong with it.
answer() {
    local url arguments=() found
    url=http://127.0.0.1:$(port_of "$1")$(path_of "$1" "$2")
    case $2 in
        W3) arguments=(-H "Content-Type: application/octet-stream" --data-binary "@$dir/content/echo") ;;
        W4) arguments=(-H "@$dir/content/rich.headers") ;;
    esac
    if [[ $2 == W6 ]]; then
        found=$("$dir/bulk" hash "$(port_of "$1")" "$(path_of "$1" "$2")" "$BULK_BYTES" 2>&1) || true
        [[ $found == "$BULK_BYTES $bulk_hash" ]] || echo "\"$found\" instead of length and hash"
        return
    fi
    if [[ $2 == W5 ]]; then
        found=$(curl -sSf --max-time 120 "$url" 2>&1 | sha1sum)
        [[ ${found%% *} == "$bulk_hash" ]] || echo "the content has another hash"
        return
    fi
    if ! curl -sSf --max-time 20 -D "$dir/answer.head" -o "$dir/answer" "${arguments[@]}" "$url" 2>"$dir/curl.log"; then
        cat "$dir/curl.log"
    elif ! cmp -s "$dir/answer" "$dir/content/${workload_name[$2]}"; then
        echo "the content is not the right one"
    elif [[ $2 == W4 ]] && ! grep -qi "^x-session: $(sed 's/.*=//' "$dir/content/session")"$'\r' "$dir/answer.head"; then
        echo "the header field X-Session is not the right one"
    elif [[ $2 == W4 && $(grep -ci "^x-bench-" "$dir/answer.head") != 8 ]]; then
        echo "header fields are missing"
    fi
}

# check_all WORKLOADS: every subject, by length and content. A subject may need its time to start.
check_all() {
    local subject workload said deadline=$((SECONDS + 120))
    bulk_hash=$("$dir/bulk" content "$BULK_BYTES" | sha1sum)
    bulk_hash=${bulk_hash%% *}
    for subject in "${subjects[@]}"; do
        until [[ -z $(answer "$subject" W1) ]]; do
            if ((SECONDS > deadline)); then
                # Each try is a line; what comes before them is the reason.
                grep -hv JSGID0404 "$dir"/*/error.log | tail -n 30 >&2 || true
                fail_and_keep "$(title_of "$subject") does not answer at $(path_of "$subject" W1): $(answer "$subject" W1)"
            fi
            sleep 0.2
        done
        for workload in ${1//,/ }; do
            can "$subject" "$workload" || continue
            progress "checking answers: $(title_of "$subject"), $workload"
            said=$(answer "$subject" "$workload")
            if [[ -n $said ]]; then
                tail -n 5 "$dir"/*/error.log >&2 || true
                fail_and_keep "$(title_of "$subject"), $workload: $said"
            fi
            # What one answer is on the wire, for comparison with what wrk counts.
            case $workload in
                W[1234]) size[$subject$workload]=$(($(stat -c %s "$dir/answer.head") + $(stat -c %s "$dir/answer"))) ;;
            esac
        done
    done
}
declare -A size=()

# ---- load ----

# load SUBJECT WORKLOAD CONNECTIONS SECONDS [check]: "REQUESTS MICROSECONDS P50 P99 CLIENT_CPU". Fails unless every
# request was answered with 200 and the right length; with check the content of each is compared as well.
load() {
    local found said name=${workload_name[$2]} method=GET body=- headers=- expected=- url
    local requests micros errors bytes p50 p99 least most
    if [[ $2 == W[56] ]]; then
        found=$("$dir/bulk" "$name" "$(port_of "$1")" "$(path_of "$1" "$2")" "$BULK_BYTES" "$4" 2>&1) ||
            fail_and_keep "$(title_of "$1"), $2: $found"
        awk '{ print $1, $2, "-", "-", $3 }' <<<"$found"
        return
    fi
    case $2 in
        W3)
            method=POST
            body=$dir/content/echo
            ;;
        W4) headers=$dir/content/rich.headers ;;
    esac
    [[ -z ${5:-} ]] || expected=$dir/content/$name
    url=http://127.0.0.1:$(port_of "$1")$(path_of "$1" "$2")
    said=$(wrk -t1 -c"$3" -d"$4" -s "$here/wrk.lua" "$url" -- "$method" "$body" "$headers" "$expected" 2>&1) || fail "wrk: $said"
    found=$(sed -n 's/^RESULT //p' <<<"$said")
    read -r requests micros errors bytes p50 p99 <<<"$found"
    if [[ ! $found =~ ^[0-9\ ]+$ ]] || ((errors > 0 || requests == 0)); then
        fail_and_keep "$(title_of "$1"), $2, $3 connections: not every request was answered with 200 and the right" \
            "content (requests, microseconds, errors, bytes: $found; $(grep -i error <<<"$said" || true)); see $dir/*/error.log"
    fi
    # Answers that were under way at the end count in bytes, but not in requests. mod_proxy_ajp sends some answers in
    # chunks and others not.
    least=$((requests * $(stat -c %s "$dir/content/$name")))
    most=$(((requests + $3) * (size[$1$2] + 64) * 102 / 100))
    if ((bytes < least || bytes > most)); then
        fail_and_keep "$(title_of "$1"), $2, $3 connections: $requests answers of ${size[$1$2]} bytes came as $bytes bytes"
    fi
    echo "$requests $micros $p50 $p99 -"
}

# cpu_ticks: "APACHE BEHIND", the CPU time since their start of Apache's own processes, and of all others: monitors,
# daemons, Tomcats. Time of ended children is with their parents.
cpu_ticks() {
    local pid kind
    server_processes | while read -r pid kind _; do
        # The name may hold spaces and brackets; the fields begin behind its last bracket.
        sed "s/^[0-9]* (.*) /$kind\t/" "/proc/$pid/stat" 2>/dev/null || true
    done | awk -F'\t' '
        { split($2, field, " "); ticks[$1] += field[12] + field[13] + field[14] + field[15] }
        END { print ticks["apache"] + 0, ticks["behind"] + 0 }'
}
ticks_per_second=$(getconf CLK_TCK)

# Content of every answer, under load, while JITs warm up.
warm_up() {
    local subject workload
    for subject in "${subjects[@]}"; do
        for workload in ${workloads//,/ }; do
            can "$subject" "$workload" || continue
            progress "warming up: $(title_of "$subject"), $workload"
            case $workload in
                W[56]) load "$subject" "$workload" 1 1 >/dev/null ;;
                *) load "$subject" "$workload" 16 "$warmup" check >/dev/null ;;
            esac
        done
    done
}

# measure SUBJECT WORKLOAD CONNECTIONS ROUND: a line of raw results.
measure() {
    local before after result
    before=$(cpu_ticks)
    result=$(load "$1" "$2" "$3" "$seconds")
    after=$(cpu_ticks)
    awk -v key="$1 $2 $3 $4" -v before="$before" -v after="$after" -v result="$result" -v hz="$ticks_per_second" '
        BEGIN {
            split(key, k, " "); split(before, b, " "); split(after, a, " "); split(result, r, " ")
            printf "%s\t%s\t%d\t%d\t%d\t%.6f\t%.3f\t%s\t%s\t%.2f\t%.2f\t%s\n", k[1], k[2], k[3], k[4], r[1], r[2] / 1e6,
                r[1] * 1e6 / r[2], r[3], r[4], (a[1] - b[1]) * 1e6 / hz / r[1], (a[2] - b[2]) * 1e6 / hz / r[1],
                r[5] == "-" ? "-" : sprintf("%.0f", r[5] / r[1])
        }' >>"$dir/results.tsv"
}

measure_all() {
    local round workload connections i todo=() one
    for workload in ${workloads//,/ }; do
        case $workload in
            W[56]) todo+=("$workload 1") ;;
            *) for connections in ${concurrency//,/ }; do todo+=("$workload $connections"); done ;;
        esac
    done
    progress_of=$((rounds * ${#todo[@]} * ${#subjects[@]}))
    for ((round = 1; round <= rounds; round++)); do
        for one in "${todo[@]}"; do
            read -r workload connections <<<"$one"
            # Each round begins with another subject, so that none always follows the same one.
            for ((i = 0; i < ${#subjects[@]}; i++)); do
                subject=${subjects[(round + i) % ${#subjects[@]}]}
                progress_done=$((progress_done + 1))
                can "$subject" "$workload" || continue
                progress "$progress_done of $progress_of: round $round, $workload, $connections connections, $(title_of "$subject")"
                measure "$subject" "$workload" "$connections" "$round"
            done
        done
    done
}

# Proportional set sizes in KiB: "NAME KIB". Apache's is one figure, since all subjects share its processes.
measure_memory() {
    local pid kind name subject
    server_processes | while read -r pid kind name; do
        if [[ $kind == apache ]]; then
            name=apache
        elif [[ $name == - ]]; then
            name=other
            for subject in "${!backend_of[@]}"; do
                [[ ${backend_of[$subject]} != "$pid" ]] || name=$subject
            done
        fi
        awk -v name="$name" '$1 == "Pss:" { print name, $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true
    done | awk '{ sum[$1] += $2 } END { for (name in sum) print name "\t" sum[name] }' | sort >"$dir/memory.tsv"
}

# ---- system calls ----

# The calls of each process of the server while one subject is under load, per request. strace slows everything down;
# the counts are what matters.
count_calls() {
    local connections=${concurrency##*,} before pid name requests tracers=()
    [[ $2 != W[56] ]] || connections=1
    for pid in $(server_processes | awk '{ print $1 }'); do
        strace -f -c -U name,calls,errors -p "$pid" -o "$dir/calls.$pid" 2>"$dir/strace.$pid" &
        tracers+=($!)
        before=$SECONDS
        until grep -qs attached "$dir/strace.$pid"; do
            ((SECONDS < before + 20)) || fail "strace: $(cat "$dir/strace.$pid")"
            sleep 0.05
        done
    done
    requests=$(load "$1" "$2" "$connections" "$seconds")
    requests=${requests%% *}
    kill -INT "${tracers[@]}"
    wait "${tracers[@]}" || true
    end_of_progress
    echo "$(title_of "$1"), $2, $connections connections, $requests requests: calls per request (of those, failed)"
    for pid in $(server_processes | awk '{ print $1 }'); do
        [[ -s $dir/calls.$pid ]] || continue
        name=$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-60)
        awk -v requests="$requests" -v name="process $pid: $name" '
            $2 ~ /^[0-9]+$/ && $1 != "total" && $2 / requests >= 0.01 {
                if (!said++) print name
                printf "  %-20s %8.2f %s\n", $1, $2 / requests, $3 ? sprintf("(%.2f)", $3 / requests) : ""
            }' "$dir/calls.$pid"
    done
}
