#!/bin/bash
# Runs the Jakarta Servlet TCK against the built image, with an Apache in front, and says what is lost.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$here/../.." && pwd)

usage() {
    cat <<'END'
usage: test-harness/tck/run.sh [--only CLASSES] [--port N] [--image DIR] [--runtime JDK] [--dir DIR] [--out DIR]

  --only CLASSES  some test classes, as Maven's -Dtest takes them: 'CookieTests', 'CookieTests#getNameTest'
  --port N        of 127.0.0.1, default 8474
  --image DIR     the image, default target/jsgid of this tree: build it first
  --runtime JDK   what JsgiRuntime says, 17 or later, default 17
  --dir DIR       folder of the server, default /var/tmp/jsgid-tck-PORT; removed when all went well
  --out DIR       where results.txt goes, default test-harness/tck/target

The TCK itself has to be in the local Maven repository: see README.md. The exit status is 1 when a test is lost that
expected-losses.txt does not name.
END
}

fail() {
    echo "run.sh: $*" >&2
    exit 2
}

only='' port=8474 image=$tree/target/jsgid runtime=17 dir='' out=$here/target
while (($# > 0)); do
    case $1 in
        --only | --port | --image | --runtime | --dir | --out)
            (($# > 1)) || fail "$1 needs a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) fail "unknown option $1; see --help" ;;
    esac
done
dir=${dir:-/var/tmp/jsgid-tck-$port}
[[ -f $image/modules/mod_jsgid.so ]] || fail "$image is no built image: mvn package -DskipTests"
[[ ! -e $dir ]] || fail "$dir is there already; remove it, or give another folder with --dir"

version=$(sed -n 's|.*<tck.version>\(.*\)</tck.version>.*|\1|p' "$here/pom.xml")
repository=${MAVEN_REPO:-$HOME/.m2/repository}
[[ -f $repository/jakarta/servlet/tck/servlet-tck-runtime/$version/servlet-tck-runtime-$version.jar ]] ||
    fail "the TCK $version is not in $repository; see README.md"

export TCK_DIR=$dir TCK_PORT=$port TCK_IMAGE=$image TCK_RUNTIME=$runtime
"$here/server.sh" start
stop() {
    "$here/server.sh" stop || true
}
trap stop EXIT
options=()
if [[ -n $only ]]; then
    options+=("-Dtest=$only")
fi
rm -rf "$here/target/surefire-reports"
mkdir -p "$out"
(cd "$here" && mvn -B test "-Dtck.port=$port" "-Dtck.wars=$dir/wars" "-Dtck.server=$here/server.sh" \
    "-Dtck.api=$(echo "$image"/lib/containers/tomcat11/tomcat-embed-core-*.jar)" "${options[@]}") >"$out/maven.log" ||
    fail "Maven failed; see $out/maven.log"
status=0
java "$here/Results.java" "$here/target/surefire-reports" "$out/results.txt" "$here/expected-losses.txt" "${only:-all}" ||
    status=$?
if ((status == 0)); then
    stop
    trap - EXIT
    # The daemons end after Apache has.
    for _ in {1..100}; do
        rm -rf "$dir" 2>/dev/null && break
        sleep 0.1
    done
fi
exit "$status"
