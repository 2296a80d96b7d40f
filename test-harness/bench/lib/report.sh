# shellcheck shell=bash
# What was measured, as tables, CSV and JSON. Sourced by bench.sh.
# shellcheck disable=SC2154 # variables of bench.sh and servers.sh

# Columns of results.tsv.
COLUMNS_OF_RESULTS=(subject workload connections round requests seconds requests_per_second p50_us p99_us
    apache_cpu_us behind_cpu_us client_cpu_us)

# medians: "SUBJECT WORKLOAD CONNECTIONS RATE P50 P99 APACHE_CPU BEHIND_CPU CLIENT_CPU SPREAD", a line for each, medians over
# the rounds; SPREAD is (highest - lowest) / median of the rates.
medians() {
    awk -F'\t' '
        { key = $1 "\t" $2 "\t" $3; n = ++count[key]; for (i = 7; i <= 12; i++) value[key, i, n] = $i }
        function median(key, i,    n, a, b, x) {
            n = count[key]
            if (value[key, i, 1] == "-") return "-"
            for (a = 1; a <= n; a++) v[a] = value[key, i, a] + 0
            for (a = 2; a <= n; a++) { x = v[a]; for (b = a - 1; b >= 1 && v[b] > x; b--) v[b + 1] = v[b]; v[b + 1] = x }
            return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
        }
        END {
            for (key in count) {
                rate = median(key, 7)
                spread = rate > 0 ? (v[count[key]] - v[1]) / rate : 0
                print key "\t" rate "\t" median(key, 8) "\t" median(key, 9) "\t" median(key, 10) "\t" median(key, 11) \
                    "\t" median(key, 12) "\t" spread
            }
        }' "$dir/results.tsv"
}

about_the_run() {
    local feature names=()
    for feature in "${features[@]}"; do
        names+=("$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "${java_home[feature]}/release")")
    done
    echo "$(/usr/sbin/apache2 -v | sed -n 's/^Server version: //p') ($mpm), JDK $(printf '%s, ' "${names[@]}" | sed 's/, $//')," \
        "$(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), Linux $(uname -r);" \
        "medians of $rounds rounds of ${seconds} s, load from the same machine"
}

print_report() {
    local workload connections subject width=0 text
    end_of_progress
    medians >"$dir/medians.tsv"
    for subject in "${subjects[@]}"; do
        text=$(title_of "$subject")
        ((${#text} <= width)) || width=${#text}
    done
    about_the_run
    for workload in ${workloads//,/ }; do
        for connections in $([[ $workload == W[56] ]] && echo 1 || echo "${concurrency//,/ }"); do
            printf '\n%s, %s connection%s\n' "$workload" "$connections" "$( ((connections == 1)) || echo s)"
            printf "%-${width}s %11s %7s %8s %8s %11s %10s %10s %7s\n" "" \
                "$([[ $workload == W[56] ]] && echo MiB/s || echo requests/s)" "of C" "p50 µs" "p99 µs" \
                "$([[ $workload == W[56] ]] && echo "CPU ms" || echo "CPU µs")" "in Apache" "behind it" "spread"
            for subject in "${subjects[@]}"; do
                can "$subject" "$workload" || continue
                awk -F'\t' -v subject="$subject" -v workload="$workload" -v connections="$connections" -v width="$width" \
                    -v title="$(title_of "$subject")" '
                    $1 == "c" && $2 == workload && $3 == connections { c = $4 }
                    $1 == subject && $2 == workload && $3 == connections { split($0, f, "\t") }
                    END {
                        bulk = workload ~ /W[56]/
                        printf "%-" width "s %11.0f %7.2f %8s %8s %11.1f %10.1f %10.1f %6.0f%%\n", title,
                            f[4] * (bulk ? 256 : 1), f[4] / c, f[5], f[6], (f[7] + f[8]) / (bulk ? 1000 : 1),
                            f[7] / (bulk ? 1000 : 1), f[8] / (bulk ? 1000 : 1), f[10] * 100
                    }' "$dir/medians.tsv"
            done
            if [[ $workload == W[56] ]]; then
                awk -F'\t' -v workload="$workload" '
                    $1 == "c" && $2 == workload { printf "The client itself: %.0f ms of CPU time per transfer.\n", $9 / 1000 }' \
                    "$dir/medians.tsv"
            fi
        done
    done
    print_summary "$width"
    print_memory "$width"
}

# The ratios to the handler in C in one table: a cell is "at 16 / at 64", and so on.
print_summary() {
    local subject workload header=()
    printf '\nRequests per second, as ratios to the handler in C (connections: %s; W5 and W6: 1)\n' "${concurrency//,/ \/ }"
    printf "%-$1s" ""
    for workload in ${workloads//,/ }; do
        header+=("$workload")
        printf " %$(cell_width "$workload")s" "$workload"
    done
    echo
    for subject in "${subjects[@]}"; do
        printf "%-$1s" "$(title_of "$subject")"
        for workload in "${header[@]}"; do
            printf " %$(cell_width "$workload")s" "$(cell "$subject" "$workload")"
        done
        echo
    done
}
cell_width() {
    local columns=${concurrency//[^,]/}
    [[ $1 == W[56] ]] && echo 6 || echo $((7 * (${#columns} + 1)))
}
cell() {
    local connections parts=()
    if ! can "$1" "$2"; then
        echo "-"
        return
    fi
    for connections in $([[ $2 == W[56] ]] && echo 1 || echo "${concurrency//,/ }"); do
        parts+=("$(awk -F'\t' -v subject="$1" -v workload="$2" -v connections="$connections" '
            $2 == workload && $3 == connections { rate[$1] = $4 }
            END { printf "%.2f", rate[subject] / rate["c"] }' "$dir/medians.tsv")")
    done
    printf '%s' "${parts[0]}"
    printf ' / %s' "${parts[@]:1}" | sed 's/^ \/ $//'
}

print_memory() {
    local subject
    printf '\nMemory after the load (proportional set size, MiB)\n'
    for subject in "${subjects[@]}"; do
        awk -v subject="$subject" -v title="$(title_of "$subject")" -v width="$1" '
            $1 == subject { printf "%-" width "s %8.1f\n", title, $2 / 1024 }' "$dir/memory.tsv"
    done
    awk -v width="$1" '
        $1 == "monitor" { printf "%-" width "s %8.1f\n", "jsgid, all monitors", $2 / 1024 }
        $1 == "apache" { printf "%-" width "s %8.1f\n", "Apache, all of it", $2 / 1024 }' "$dir/memory.tsv"
}

write_csv() {
    local IFS=,
    echo "${COLUMNS_OF_RESULTS[*]}"
    tr '\t' ',' <"$dir/results.tsv"
}

write_json() {
    local about
    about=$(about_the_run | sed 's/\\/\\\\/g; s/"/\\"/g')
    awk -F'\t' -v about="$about" -v names="${COLUMNS_OF_RESULTS[*]}" '
        BEGIN { count = split(names, name, " "); printf "{\n  \"about\": \"%s\",\n  \"measurements\": [", about }
        FILENAME ~ /results/ {
            printf "%s\n    {", n++ ? "," : ""
            for (i = 1; i <= count; i++) {
                value = i <= 2 ? "\"" $i "\"" : ($i == "-" ? "null" : $i)
                printf("%s\"%s\": %s", (i == 1 ? "" : ", "), name[i], value)
            }
            printf "}"
            next
        }
        { memory = memory (memory ? "," : "") "\n    \"" $1 "\": " $2 }
        END { printf "\n  ],\n  \"memory_pss_kib\": {%s\n  }\n}\n", memory }' "$dir/results.tsv" "$dir/memory.tsv"
}
