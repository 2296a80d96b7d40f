#!/bin/bash
# Compares the two ways in which a JVM without unix sockets of its own can serve one. See "transport.sh --help".
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/jdks.sh
source "$here/../lib/jdks.sh"

usage() {
    cat <<'TEXT'
usage: test-harness/transport/transport.sh [--requests N] [--connections N] [--image DIR] [FEATURE...]

For each JDK (default: 8 11) a small server that uses its channels as the daemon does serves N requests (default 1000000) of
N connections at a time (default 64), some of which end in the middle or are half-closed: once on an inherited listening
socket (System.inheritedChannel), once on one of junixsocket. Prints a line of figures for each; the exit status is 0 only
when every answer was right and no descriptor or thread was left in any of them.
TEXT
}

requests=1000000
connections=64
image=$here/../../target/jsgid
features=()
while (($# > 0)); do
    case $1 in
        --requests | --connections | --image)
            (($# > 1)) || {
                echo "transport.sh: $1 needs a value" >&2
                exit 2
            }
            declare "${1#--}=$2"
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        [0-9]*) features+=("$1") ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
((${#features[@]})) || features=(8 11)

build=$(build_jdk)
junixsocket=$(echo "$image"/lib/supervisor/junixsocket-common-*.jar)
native=$image/lib/supervisor/native/$(dpkg --print-architecture | sed 's/arm64/aarch64/')/libjunixsocket-native.so
if [[ -z $build || ! -r $junixsocket || ! -r $native ]]; then
    echo "transport.sh: needs a JDK of at least 17 below /usr/lib/jvm and a built image, not $image; mvn package makes one" >&2
    exit 1
fi
work=$(mktemp -d)
server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$work"' EXIT
"$build/bin/javac" --release 8 -Xlint:-options -cp "$junixsocket" -d "$work" "$here/EchoServer.java"
"$build/bin/javac" -d "$work" "$here/Load.java"

# A program that has a listening socket on descriptor 0, as a daemon has.
# shellcheck disable=SC2016  # Perl's
listen='use Socket; use POSIX; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die $!;
    bind($s, sockaddr_un(shift)) or die $!; listen($s, 128) or die $!; POSIX::dup2(fileno($s), 0) or die $!; exec @ARGV'

failed=0
for feature in "${features[@]}"; do
    home=$(installed_jdk "$feature")
    if [[ -z $home ]]; then
        echo "transport.sh: no JDK $feature here (test-harness/jdks.sh $feature brings one)" >&2
        exit 1
    fi
    for transport in inherited junixsocket; do
        socket=$work/$feature-$transport
        java=("$home/bin/java" -Xmx128m -Xss1m -XX:+UseSerialGC "-Dorg.newsclub.net.unix.library.override=$native"
            -cp "$work:$junixsocket" EchoServer "$transport" "$socket")
        if [[ $transport == inherited ]]; then
            perl -e "$listen" "$socket" "${java[@]}" >"$socket.log" 2>&1 &
        else
            "${java[@]}" >"$socket.log" 2>&1 </dev/null &
        fi
        server=$!
        for ((i = 0; i < 600; i++)); do
            if grep -q '^listening' "$socket.log" || [[ ! -d /proc/$server ]]; then
                break
            fi
            sleep 0.1
        done
        printf 'JDK %s %s: ' "$feature" "$transport"
        if ! "$build/bin/java" -Xmx256m -cp "$work" Load "$socket" "$server" "$requests" "$connections"; then
            failed=1
        fi
        if [[ $(wc -l <"$socket.log") != 1 ]]; then
            echo "the server printed:"
            cat "$socket.log"
            failed=1
        fi
        stop
    done
done
exit "$failed"
