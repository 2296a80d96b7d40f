# shellcheck shell=bash
# The servers of the benchmark: builds what they need, starts and stops them. Sourced by bench.sh.
# shellcheck disable=SC2154 # variables of bench.sh

httpds=()        # names of the Apaches that were started: main, old
backends=()      # pids of Tomcats and of the FastCGI responder
declare -A port=()        # of each Apache
declare -A backend_of=()  # subject to pid
declare -A tomcat_port=() # subject to port
declare -A tomcat_input=()

BLOCK=65536
BULK_BYTES=$((4096 * BLOCK))

stop_all() {
    local name pid
    for name in "${httpds[@]}"; do
        pid=$(cat "$dir/$name/httpd.pid" 2>/dev/null || true)
        if [[ -n $pid ]]; then
            kill -TERM "$pid" 2>/dev/null || true
            timeout 60 tail --pid="$pid" -s 0.1 -f /dev/null || echo "bench: Apache (process $pid) did not stop" >&2
        fi
    done
    for pid in "${backends[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    if [[ $keep == yes || -e $dir/keep ]]; then
        echo "Kept: $dir"
    else
        rm -rf --one-file-system "$dir"
    fi
}

build_all() {
    local includes
    mkdir "$dir/apps" "$dir/content" "$dir/htdocs" "$dir/jdk.d" "$dir/war"
    includes="-isystem $(apxs -q INCLUDEDIR) $(apr-1-config --cppflags --includes)"
    # shellcheck disable=SC2086 # a list of words
    cc -O2 -Wall -Wextra -Werror -shared -fPIC $includes -o "$dir/mod_bench.so" "$here/handler/mod_bench.c"
    cc -O2 -Wall -Wextra -Werror -o "$dir/bulk" "$here/client/bulk.c"
    if uses fcgi; then
        # shellcheck disable=SC2046,SC2086 # lists of words
        cc -O2 -Wall -Wextra -Werror -pthread $includes -o "$dir/responder" "$here/fcgi/responder.c" \
            $(apu-1-config --link-ld) $(apr-1-config --link-ld)
    fi

    cp "$here/apps/Bench.java" "$here/apps/bench.py" "$dir/apps/"
    mkdir -p "$dir/war/WEB-INF/classes" "$dir/tomcat-classes"
    cp "$here/apps/servlet/web.xml" "$dir/war/WEB-INF/"
    "$compiler/bin/javac" --release 11 -proc:none -cp "$tomcat_jars" -d "$dir/war/WEB-INF/classes" \
        "$here"/apps/servlet/org/example/*.java
    "$compiler/bin/jar" --create --file "$dir/apps/servlet.war" -C "$dir/war" .
    "$compiler/bin/javac" --release 11 -proc:none -cp "$tomcat_jars" -d "$dir/tomcat-classes" \
        "$here/tomcat/StockTomcat.java"

    # What is asked for, and what is to come back.
    printf 'Hello, world!' >"$dir/content/plain"
    "$dir/bulk" content "$BLOCK" >"$dir/content/large"
    "$dir/bulk" content 16384 >"$dir/content/echo"
    "$dir/bulk" content 2048 >"$dir/content/rich"
    cat >"$dir/content/rich.headers" <<'HEADERS'
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
Accept-Encoding: gzip, deflate, br
Accept-Language: en-GB,en;q=0.7,de;q=0.3
Cache-Control: max-age=0
Cookie: theme=dark; session=0123456789abcdef0123456789abcdef; _tracker=GA1.2.1234567890.1234567890; consent=yes
DNT: 1
Pragma: no-cache
Origin: http://www.example.org
Priority: u=0, i
Referer: http://www.example.org/some/page?with=query
Sec-Fetch-Dest: document
Sec-Fetch-Mode: navigate
Sec-Fetch-Site: same-origin
Sec-Fetch-User: ?1
Upgrade-Insecure-Requests: 1
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
X-Forwarded-Proto: https
X-Request-Id: 3f8e1b64-2f7a-4c0e-9a51-7d1f0a4f6f10
X-Requested-With: XMLHttpRequest
HEADERS
    cp "$dir/content/plain" "$dir/content/large" "$dir/content/rich" "$dir/htdocs/"
    if does W5 && uses static; then
        "$dir/bulk" content "$BULK_BYTES" >"$dir/htdocs/download"
    fi
    printf 'session=0123456789abcdef0123456789abcdef' >"$dir/content/session"

    # One profile for each JDK. Monitors need a JDK of at least 17, whichever is measured.
    local feature
    for feature in "${features[@]}"; do
        printf 'home = %s\n' "${java_home[feature]}" >"$dir/jdk.d/bench$feature.conf"
    done
    printf 'home = %s\npriority = -1\n' "$compiler" >"$dir/jdk.d/supervisor.conf"
    chmod -R go+rX "$dir"
}

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

# start_tomcat SUBJECT PROTOCOL SOCKET PACKET_SIZE: a Tomcat of its own, so that no subject's profile of the code is
# another's.
start_tomcat() {
    local home=$dir/tomcat-$1 input
    mkdir "$home"
    mkfifo "$home/input"
    "$tomcat_jdk/bin/java" -cp "$dir/tomcat-classes:$tomcat_jars" StockTomcat "$home/base" "$dir/war" "$home/port" \
        "$2" "$3" "$4" <"$home/input" >"$home/log" 2>&1 &
    backend_of[$1]=$!
    backends+=($!)
    exec {input}>"$home/input"
    tomcat_input[$1]=$input
}

await_tomcat() {
    local home=$dir/tomcat-$1 deadline=$((SECONDS + 90))
    until [[ -s $home/port ]]; do
        if ((SECONDS > deadline)) || [[ ! -d /proc/${backend_of[$1]} ]]; then
            cat "$home/log" >&2
            fail "Tomcat for ${title[$1]} did not start"
        fi
        sleep 0.1
    done
    tomcat_port[$1]=$(cat "$home/port")
}

# httpd_conf NAME: the configuration of one Apache.
httpd_conf() {
    local name=$1 module kind feature group suffix=
    local modules=/usr/lib/apache2/modules
    # Enough threads that no subject waits for one, and that the event MPM never closes an idle connection because its
    # threads are busy, which wrk would count as an error; no spare process comes or goes while it is measured.
    echo "ServerRoot \"$dir/$name\""
    echo "ServerName 127.0.0.1"
    echo "Listen 127.0.0.1:${port[$name]}"
    echo "PidFile httpd.pid"
    echo "DefaultRuntimeDir ."
    echo "ErrorLog error.log"
    for module in "mpm_$mpm" authz_core alias mime headers; do
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    echo "LoadModule bench_module $dir/mod_bench.so"
    echo "TypesConfig /dev/null"
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
    echo "Alias /static \"$dir/htdocs\""
    echo "<Location /static/rich>"
    for ((i = 0; i < 8; i++)); do
        echo "    Header set X-Bench-$i \"value of header number $i\""
    done
    echo "    Header set X-Session \"$(sed 's/.*=//' "$dir/content/session")\""
    echo "</Location>"
    echo "<Location /c>"
    echo "    SetHandler bench"
    echo "</Location>"
    if [[ $name == main ]]; then
        others_conf
    else
        suffix=-old
    fi
    if uses_jsgid; then
        echo "LoadModule jsgid_module $dir/$name/jsgid/modules/mod_jsgid.so"
        echo "JsgiHome \"$dir/$name/jsgid\""
        echo "JsgiRunDir \"$dir/$name/run\""
        echo "JsgiProfileDir \"$dir/jdk.d\""
        echo "JsgiSupervisorRuntime supervisor"
        for kind in jsgi servlet; do
            for feature in "${features[@]}"; do
                group=$kind$feature
                uses "$group$suffix" || continue
                echo "<JsgiDaemonGroup $group>"
                echo "    JsgiRuntime bench$feature"
                if ((EUID == 0)); then
                    echo "    JsgiUser nobody"
                fi
                if [[ -n $threads ]]; then
                    echo "    JsgiThreads $threads"
                fi
                echo "</JsgiDaemonGroup>"
                if [[ $kind == jsgi ]]; then
                    echo "JsgiScriptAlias /$group \"$dir/apps/Bench.java\" process-group=$group"
                else
                    echo "JsgiScriptAlias /$group \"$dir/apps/servlet.war\" process-group=$group"
                fi
            done
        done
    fi
    if [[ -n $directives ]]; then
        cat "$directives"
    fi
}

# The other ways to a program behind Apache, each as its own documentation recommends for connections that are kept.
others_conf() {
    local modules=/usr/lib/apache2/modules module
    if uses ajp ajp64 http httpunix fcgi; then
        for module in proxy proxy_http proxy_ajp proxy_fcgi; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
    fi
    ! uses ajp || echo "ProxyPass /ajp/ ajp://127.0.0.1:${tomcat_port[ajp]}/ajp/"
    ! uses http || echo "ProxyPass /http/ http://127.0.0.1:${tomcat_port[http]}/http/"
    ! uses httpunix || echo "ProxyPass /httpunix/ unix:$dir/httpunix.sock|http://127.0.0.1/httpunix/"
    ! uses fcgi || echo "ProxyPass /fcgi/ unix:$dir/fcgi.sock|fcgi://127.0.0.1/fcgi/ enablereuse=on"
    if uses ajp64; then
        # The packet size belongs to a whole server.
        echo "Listen 127.0.0.1:${port[ajp64]}"
        echo "<VirtualHost 127.0.0.1:${port[ajp64]}>"
        echo "    ProxyIOBufferSize 65536"
        echo "    ProxyPass /ajp64/ unix:$dir/ajp64.sock|ajp://127.0.0.1/ajp64/"
        echo "</VirtualHost>"
    fi
    if uses jk; then
        printf '%s\n' worker.list=bench worker.bench.type=ajp13 worker.bench.host=127.0.0.1 \
            "worker.bench.port=${tomcat_port[jk]}" >"$dir/main/workers.properties"
        echo "LoadModule jk_module $modules/mod_jk.so"
        echo "JkWorkersFile \"$dir/main/workers.properties\""
        echo "JkLogFile \"$dir/main/jk.log\""
        echo "JkLogLevel error"
        echo "JkShmFile \"$dir/main/jk.shm\""
        echo "JkMount /jk/* bench"
    fi
    if uses wsgi; then
        echo "LoadModule wsgi_module $modules/mod_wsgi.so"
        echo "WSGISocketPrefix \"$dir/main/wsgi\""
        echo "WSGIRestrictEmbedded On"
        echo "WSGIDaemonProcess bench processes=2 threads=15 display-name=%{GROUP}"
        echo "WSGIScriptAlias /wsgi \"$dir/apps/bench.py\" process-group=bench application-group=%{GLOBAL}"
    fi
}

# start_httpd NAME IMAGE
start_httpd() {
    local input
    mkdir "$dir/$1"
    port[$1]=$(free_port)
    if [[ $1 == main ]] && uses ajp64; then
        until port[ajp64]=$(free_port) && [[ ${port[ajp64]} != "${port[main]}" ]]; do :; done
    fi
    if uses_jsgid; then
        cp -R "$2" "$dir/$1/jsgid"
        chmod -R go+rX "$dir/$1/jsgid"
    fi
    httpd_conf "$1" >"$dir/$1/httpd.conf"
    httpds+=("$1")
    # A Tomcat ends with this script, whatever ends it: nothing else may hold its standard input open.
    (
        for input in "${tomcat_input[@]}"; do
            exec {input}>&-
        done
        exec /usr/sbin/apache2 -d "$dir/$1" -f "$dir/$1/httpd.conf" -k start
    ) || fail "Apache did not start"
}

start_all() {
    local subject
    tomcat_jdk=${java_home[17]:-$compiler}
    ! uses ajp || start_tomcat ajp ajp tcp 0
    ! uses ajp64 || start_tomcat ajp64 ajp "$dir/ajp64.sock" 65536
    ! uses http || start_tomcat http http tcp 0
    ! uses httpunix || start_tomcat httpunix http "$dir/httpunix.sock" 0
    ! uses jk || start_tomcat jk ajp tcp 0
    if uses fcgi; then
        "$dir/responder" "$dir/fcgi.sock" 2>"$dir/responder.log" &
        backend_of[fcgi]=$!
        backends+=($!)
    fi
    for subject in "${!tomcat_input[@]}"; do
        await_tomcat "$subject"
    done
    start_httpd main "$image"
    [[ -z $against ]] || start_httpd old "$against"
}

# port_of SUBJECT, path_of SUBJECT WORKLOAD
port_of() {
    case $1 in
        ajp64) echo "${port[ajp64]}" ;;
        *-old) echo "${port[old]}" ;;
        *) echo "${port[main]}" ;;
    esac
}
path_of() {
    echo "/${1%-old}/${workload_name[$2]}"
}

# server_processes: "PID apache|behind NAME" of every process of every server. NAME is what tells subjects apart: the
# group of a daemon and of its keeper, "monitor", or nothing.
server_processes() {
    local name
    ps -e -o pid= -o ppid= -o args= --width 300 | awk -v roots="$(for name in "${httpds[@]}"; do
        echo "$(cat "$dir/$name/httpd.pid" 2>/dev/null):$name"
    done | tr '\n' ' ')" -v others="${backends[*]}" '
        {
            parent[$1] = $2
            args = $0
            sub(/^ *[0-9]+ +[0-9]+ /, "", args)
            line[$1] = args
        }
        END {
            count = split(roots, pair, " ")
            for (i = 1; i <= count; i++) { split(pair[i], part, ":"); root[part[1]] = part[2] }
            count = split(others, other, " ")
            for (i = 1; i <= count; i++) print other[i], "behind", "-"
            for (pid in parent) {
                for (at = pid; at in parent && !(at in root); at = parent[at]) { }
                if (!(at in root)) continue
                suffix = root[at] == "old" ? "-old" : ""
                if (line[pid] ~ /^\/usr\/sbin\/apache2 /) { print pid, "apache", "-"; continue }
                name = "-"
                if (line[pid] ~ /^\(wsgi:/) name = "wsgi"
                else if (line[pid] ~ /^jsgid-monitor /) name = "monitor" suffix
                else if (match(line[pid], /^jsgid: [a-z0-9]+/)) {
                    name = substr(line[pid], 8, RLENGTH - 7) suffix
                    daemon[pid] = name
                    continue
                } else { rest[pid] = 1; continue }
                print pid, "behind", name
            }
            for (pid in daemon) {
                print pid, "behind", daemon[pid]
                if (parent[pid] in rest) { print parent[pid], "behind", daemon[pid]; delete rest[parent[pid]] }
            }
            for (pid in rest) print pid, "behind", "-"
        }'
}
