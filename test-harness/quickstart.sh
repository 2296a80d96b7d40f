#!/bin/bash
# Shows jsgid: builds it, starts a private Apache on 127.0.0.1 that serves applications on every JDK found here, and
# prints what is where. See "quickstart.sh --help".
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$tree/test-harness
# shellcheck source=lib/packages.sh
source "$here/lib/packages.sh"
# shellcheck source=lib/jdks.sh
source "$here/lib/jdks.sh"

usage() {
    cat <<'END'
usage: test-harness/quickstart.sh [--port N] [--dir DIR] [--background] [--image DIR] [--all-jdks]
       test-harness/quickstart.sh stop|status [--port N] [--dir DIR]
       test-harness/quickstart.sh ctl [--port N] [--dir DIR] ARGUMENT...

Without a command: installs what is missing, builds, starts a private Apache and prints a table of what it serves.
Ctrl-C stops it.

  --port N      listen on 127.0.0.1:N (default 8080)
  --dir DIR     the instance's folder (default /var/tmp/jsgid-quickstart-N); it must not exist, and is removed at the end
  --background  return when everything answers; "quickstart.sh stop" stops it
  --image DIR   serve with this built image instead of building one
  --all-jdks    first bring JDK 8, 11, 21 and 27 (jdks.sh: to a cache folder, not installed), and serve on those too
  stop          stop a server started so
  status        say whether it runs, and print the table again
  ctl           run jsgid-ctl for it: quickstart.sh ctl status
END
}

fail() {
    echo "quickstart: $*" >&2
    exit 1
}

port=8080
dir=
command=start
background=no
image=
all_jdks=no
arguments=()
while (($# > 0)); do
    case $1 in
        --port | --dir | --image)
            (($# > 1)) || fail "$1 needs a value"
            declare "${1#--}=$2"
            shift
            ;;
        --background) background=yes ;;
        --all-jdks) all_jdks=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        start | stop | status) command=$1 ;;
        ctl)
            command=ctl
            shift
            while [[ ${1:-} == --port || ${1:-} == --dir ]]; do
                (($# > 1)) || fail "$1 needs a value"
                declare "${1#--}=$2"
                shift 2
            done
            arguments=("$@")
            break
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
if [[ ! $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)); then
    fail "--port takes a number from 1 to 65535, not \"$port\""
fi
# Not below the tree: that may be in a home folder which the groups' users cannot enter. Short: the path of a unix
# socket has at most 107 bytes.
dir=${dir:-/var/tmp/jsgid-quickstart-$port}
[[ $dir == /* ]] || dir=$PWD/$dir
dir=${dir%/}
url=http://127.0.0.1:$port

httpd_pid() {
    local pid=
    [[ -r $dir/httpd.pid ]] && read -r pid <"$dir/httpd.pid"
    # The id may have been taken by another process since a crash.
    if [[ -n $pid && -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$dir/httpd.conf"; then
        echo "$pid"
    fi
}

# Processes of this instance: Apache's, monitors, launchers and daemons whose command lines name its folder. Others that
# name it (an editor, tail) are not ours.
instance_processes() {
    pgrep -f -- "^(/usr/sbin/apache2|jsgid|$dir/jsgid/).*$dir" || true
}

stop_server() {
    local pid
    pid=$(httpd_pid)
    if [[ -n $pid ]]; then
        kill -TERM "$pid" 2>/dev/null || true
        local i
        for ((i = 0; i < 300; i++)); do
            [[ -d /proc/$pid ]] || break
            sleep 0.1
        done
    fi
    local left
    for ((i = 0; i < 100; i++)); do
        left=$(instance_processes)
        [[ -z $left ]] && break
        sleep 0.1
    done
    if [[ -n ${left:-} ]]; then
        echo "quickstart: these processes are still there, please report that: $(tr '\n' ' ' <<<"$left")" >&2
        return 1
    fi
    rm -rf --one-file-system "$dir"
}

is_ours() {
    [[ -d $dir && ! -L $dir && -O $dir && -f $dir/.jsgid-quickstart ]]
}

case $command in
    stop)
        is_ours || fail "nothing to stop: there is no instance of ours at $dir"
        stop_server
        echo "Stopped."
        exit 0
        ;;
    status)
        if ! is_ours || [[ -z $(httpd_pid) ]]; then
            echo "Not running (no server at $dir)."
            exit 1
        fi
        echo "Running: process $(httpd_pid), $url/"
        cat "$dir/table"
        exit 0
        ;;
    ctl)
        is_ours || fail "there is no instance of ours at $dir; start one with test-harness/quickstart.sh --background"
        exec "$dir/jsgid/bin/jsgid-ctl" --run-dir "$dir/run" --profile-dir "$dir/jdk.d" "${arguments[@]}"
        ;;
esac

if is_ours && [[ -n $(httpd_pid) ]]; then
    fail "already running at $url/ (process $(httpd_pid)). Stop it with: test-harness/quickstart.sh stop --port $port"
fi
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "port $port of 127.0.0.1 is taken by another program. Take a free one: test-harness/quickstart.sh --port N"
fi
if is_ours; then
    stop_server # what a crash has left
fi
if [[ -e $dir || -L $dir ]]; then
    fail "$dir exists and is not an instance of ours; remove it, or give another folder with --dir"
fi

install_packages "${PACKAGES_TO_SHOW[@]}" || exit 1
JAVA_HOME=$(build_jdk)
export JAVA_HOME
[[ -n $JAVA_HOME ]] || fail "no JDK of at least 17 with javac below /usr/lib/jvm; apt-get install openjdk-17-jdk-headless"

mkdir -p "$tree/target"
log=$tree/target/quickstart-build.log
build() {
    echo "Building (the first time, Maven fetches what it needs) ..."
    if ! (cd "$tree" && mvn -B -ntp -pl '!test-harness' package -DskipTests -Dspotless.check.skip=true </dev/null) 2>&1 |
        tee "$log" | sed -un 's/^\[INFO\] Building \(.*\) \(\[[0-9/]*\]\)$/  \2 \1/p'; then
        grep -E '^\[ERROR\]|error:' "$log" | head -n 20 >&2 || true
        fail "the build failed; all of its output is in $log"
    fi
}
if [[ -z $image ]]; then
    build
    image=$tree/target/jsgid
fi
[[ -f $image/modules/mod_jsgid.so ]] || fail "$image is not a built image: it has no modules/mod_jsgid.so"

wars=$here/target/wars
fetch_wars() {
    echo "Fetching web applications that others wrote ..."
    if ! (cd "$tree" && mvn -q -B -ntp -f test-harness/pom.xml dependency:copy@third-party-wars </dev/null) >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "the web applications could not be fetched; all output is in $log"
    fi
}
javax_war=$wars/javax-jsp-demo.war
jakarta_war=$wars/jakarta-jsp-demo.war
if [[ ! -f $javax_war || ! -f $jakarta_war ]]; then
    fetch_wars
fi

brought=()
if [[ $all_jdks == yes ]]; then
    echo "Bringing JDKs to $(jdk_cache) ..."
    if ! command -v patchelf >/dev/null; then
        install_packages patchelf binutils || exit 1
    fi
    # Those that are below /usr/lib/jvm are found anyway.
    wanted=()
    for feature in 8 11 17 21 25 27; do
        [[ $(installed_jdk "$feature") == /usr/lib/jvm/* || $feature == 17 ]] || wanted+=("$feature")
    done
    "$here/jdks.sh" "${wanted[@]}" >/dev/null || fail "the JDKs cannot be had; without --all-jdks those of this machine serve"
    for feature in "${wanted[@]}"; do
        brought+=("$(jdk_cache)/openjdk-$feature")
    done
fi

umask 022
mkdir -m 0755 "$dir"
touch "$dir/.jsgid-quickstart"
# Until everything answers, whatever goes wrong leaves nothing behind.
trap 'stop_server || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$dir/jdk.d" "$dir/apps" "$dir/htdocs" "$dir/classes"
cp -R "$image" "$dir/jsgid"
chmod -R go+rX "$dir/jsgid"
ctl() {
    "$dir/jsgid/bin/jsgid-ctl" --run-dir "$dir/run" --profile-dir "$dir/jdk.d" "$@"
}

echo "Registering JDKs ..."
ctl jdk scan "${brought[@]}" >"$dir/scan.log" 2>&1 || {
    cat "$dir/scan.log" >&2
    fail "jsgid-ctl jdk scan failed"
}
# The features that can be served: the lowest plugin serves its own feature and later ones.
lowest=$(find "$dir/jsgid/lib/plugins" -maxdepth 1 -name 'jdk*' -printf '%f\n' | sed 's/^jdk//' | sort -n | head -n 1)
features=()
for profile in "$dir"/jdk.d/*.conf; do
    home=$(sed -n 's/^home *= *//p' "$profile")
    feature=$(jdk_feature "$home")
    if [[ -n $feature ]] && ((feature >= lowest)); then
        features+=("$feature")
    fi
done
mapfile -t features < <(printf '%s\n' "${features[@]}" | sort -nu)
[[ -n ${features[0]:-} ]] || fail "no JDK of at least $lowest was found below /usr/lib/jvm"
oldest=${features[0]}
newest=${features[-1]}

cp "$here/quickstart/Hello.java" "$dir/apps/Hello.java"
api=$(find "$dir/jsgid/lib" -name 'jsgi-api*.jar' -print -quit)
"$JAVA_HOME/bin/javac" --release 8 -Xlint:-options -cp "$api" -d "$dir/classes" "$here"/quickstart/jar/org/example/*.java
printf 'Jsgi-Application: org.example.Clock\n' >"$dir/classes/manifest"
"$JAVA_HOME/bin/jar" --create --file "$dir/apps/clock.jar" --manifest "$dir/classes/manifest" -C "$dir/classes" org
"$JAVA_HOME/bin/jar" --create --file "$dir/apps/page.war" -C "$here/quickstart/page" .
cp "$javax_war" "$jakarta_war" "$dir/apps/"
chmod 644 "$dir"/apps/*

# The applications: URL path | file | group | feature | account. The accounts are ones that every Debian has.
rows=()
accounts=(daemon games news list irc nobody)
for feature in "${features[@]}"; do
    account=${accounts[${#rows[@]} / 2 % 6]}
    rows+=("/hello-$feature|Hello.java|hello-$feature|$feature|$account")
    rows+=("/page-$feature|page.war|hello-$feature|$feature|$account")
done
rows+=("/clock|clock.jar|clock|$newest|${accounts[${#rows[@]} % 6]}")
# Others compiled the classes of these WARs for 17; the page above runs everywhere.
for feature in "${features[@]}"; do
    ((feature < 17)) || break
done
rows+=("/javax|$(basename "$javax_war")|javax|$feature|${accounts[${#rows[@]} % 6]}")
rows+=("/jakarta|$(basename "$jakarta_war")|jakarta|$newest|${accounts[${#rows[@]} % 6]}")

modules=/usr/lib/apache2/modules
{
    echo "# Written by quickstart.sh."
    echo "ServerRoot \"$dir\""
    echo "ServerName 127.0.0.1"
    echo "Listen 127.0.0.1:$port"
    echo "PidFile httpd.pid"
    echo "DefaultRuntimeDir ."
    echo "ErrorLog error.log"
    for module in mpm_event authz_core alias dir mime env setenvif; do
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    echo "LoadModule jsgid_module $dir/jsgid/modules/mod_jsgid.so"
    echo "TypesConfig /dev/null"
    echo "AddType text/html .html"
    if ((EUID == 0)); then
        echo "User www-data"
        echo "Group www-data"
    fi
    echo "DocumentRoot \"$dir/htdocs\""
    echo "DirectoryIndex index.html"
    echo "StartServers 2"
    echo "ThreadsPerChild 25"
    echo "MaxRequestWorkers 100"
    echo "MinSpareThreads 25"
    echo "MaxSpareThreads 75"
    echo
    echo "JsgiHome \"$dir/jsgid\""
    echo "JsgiRunDir \"$dir/run\""
    echo "JsgiProfileDir \"$dir/jdk.d\""
    for row in "${rows[@]}"; do
        IFS='|' read -r path file group feature account <<<"$row"
        echo
        # The source of the same JDK comes before its page, in one group.
        if [[ $file != page.war ]]; then
            echo "<JsgiDaemonGroup $group>"
            echo "    JsgiRuntime $feature"
            if ((EUID == 0)); then
                echo "    JsgiUser $account"
            fi
            echo "</JsgiDaemonGroup>"
        fi
        echo "JsgiScriptAlias $path \"$dir/apps/$file\" process-group=$group"
    done
} >"$dir/httpd.conf"

{
    echo '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>jsgid quickstart</title>'
    echo '<style>body{font:16px sans-serif;margin:2em}td,th{text-align:left;padding:.3em 1.5em .3em 0}</style></head><body>'
    echo '<h1>jsgid quickstart</h1><table><tr><th>URL<th>application<th>group<th>JDK<th>user</tr>'
    for row in "${rows[@]}"; do
        IFS='|' read -r path file group feature account <<<"$row"
        ((EUID == 0)) || account=$(id -un)
        echo "<tr><td><a href=\"$path/\">$path/</a><td>$file<td>$group<td>$feature<td>$account</tr>"
    done
    echo "</table><p>Edit <code>$dir/apps/Hello.java</code> and load it again.</p></body></html>"
} >"$dir/htdocs/index.html"

{
    echo
    for row in "URL|APPLICATION|GROUP|JDK|USER" "${rows[@]}"; do
        IFS='|' read -r path file group feature account <<<"$row"
        if [[ $path == URL ]]; then
            printf '%-36s %-34s %-12s %-4s %s\n' "$path" "$file" "$group" "$feature" "$account"
        else
            ((EUID == 0)) || account=$(id -un)
            printf '%-36s %-34s %-12s %-4s %s\n' "$url$path/" "$file" "$group" "$feature" "$account"
        fi
    done
    echo
    echo "All of it:      $url/"
    if ((${#features[@]} == 1)); then
        echo "One JDK here:   everything is served on JDK $oldest. Install another below /usr/lib/jvm and start again to see two."
    fi
    if ((EUID != 0)); then
        echo "Not root:       all processes run as $(id -un). Left out: groups with users of their own (JsgiUser, JsgiGroup,"
        echo "                JsgiSupplementaryGroups), JsgiChroot, raised priorities and limits."
    fi
    echo "Applications:   $dir/apps (edit Hello.java: the next requests get the new one)"
    echo "Configuration:  $dir/httpd.conf    Log: $dir/error.log"
    echo "Look at it:     test-harness/quickstart.sh ctl --port $port status"
    echo "Renew a group:  test-harness/quickstart.sh ctl --port $port restart clock"
    echo "Reload Apache:  /usr/sbin/apache2 -d $dir -f $dir/httpd.conf -k graceful"
} >"$dir/table"

echo "Starting Apache on 127.0.0.1:$port ..."
if ! /usr/sbin/apache2 -d "$dir" -f "$dir/httpd.conf" -k start >"$dir/start.log" 2>&1; then
    cat "$dir/start.log" >&2
    tail -n 20 "$dir/error.log" >&2 2>/dev/null || true
    fail "Apache did not start"
fi
deadline=$((SECONDS + 300))
for row in "${rows[@]}"; do
    IFS='|' read -r path file group feature account <<<"$row"
    until answer=$(curl -sS -o /dev/null -w '%{http_code}' --max-time 30 "$url$path/" 2>&1) && [[ $answer =~ ^[23] ]]; do
        if ((SECONDS > deadline)) || [[ -z $(httpd_pid) ]]; then
            tail -n 40 "$dir/error.log" >&2
            fail "$url$path/ does not answer ($answer); above is the end of Apache's error log"
        fi
        sleep 0.3
    done
done
cat "$dir/table"

if [[ $background == yes ]]; then
    trap - EXIT
    echo "Stop it:        test-harness/quickstart.sh stop --port $port"
    exit 0
fi
echo "Stop it:        Ctrl-C"
trap 'echo; echo "Stopping ..."; trap "" INT TERM HUP; stop_server; trap - EXIT; exit 0' INT TERM HUP
while [[ -n $(httpd_pid) ]]; do
    # wait, unlike sleep itself, is interrupted by a signal at once
    sleep 1 &
    wait $! || true
done
if is_ours; then
    tail -n 20 "$dir/error.log" >&2
    fail "Apache has ended; above is the end of its error log"
fi
echo "Stopped."
