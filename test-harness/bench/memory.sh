#!/bin/bash
# Measures how much memory a daemon and its monitor take: see README.md, "What a daemon takes of memory".
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$here/../.." && pwd)
# shellcheck source=../lib/packages.sh
source "$tree/test-harness/lib/packages.sh"
# shellcheck source=../lib/jdks.sh
source "$tree/test-harness/lib/jdks.sh"
# shellcheck source=lib/subjects.sh
source "$here/lib/subjects.sh"

usage() {
    cat <<'END'
usage: test-harness/bench/memory.sh [--rounds N] [--jdks LIST] [--image DIR] [--csv FILE] [--json FILE]

Measures the proportional set size of daemon and monitor on each JDK, in a private Apache with one group, for a JSGI
application and a web application, and of a stock Tomcat with the same web application: after some requests, at rest.

  --rounds N    servers of each (default 3)
  --jdks LIST   feature versions, separated by commas (default: all that are on this machine)
  --image DIR   the built image (default: target/jsgid)
  --csv FILE, --json FILE   write every measurement there too
END
}

rounds=3
jdks=
image=$tree/target/jsgid
report=()
while (($# > 0)); do
    case $1 in
        --rounds | --jdks | --image)
            declare "${1#--}=$2"
            shift
            ;;
        --csv | --json)
            report+=("$1" "$2")
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
[[ -x $image/libexec/jsgid-launch ]] || {
    echo "memory.sh: there is no image at $image; run mvn package -DskipTests first" >&2
    exit 1
}
install_packages python3 maven apache2

work=$(mktemp -d /var/tmp/jsgid-memory.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
# When what runs has ended and reported, which needs the folder.
trap 'exit 143' TERM
build_applications "$work"
find_jdks "$jdks"
# The group's user, nobody, must be able to read it; the tree may be below somebody's home folder.
cp -R "$image" "$work/jsgid"
chmod 755 "$work"
chmod -R go+rX "$work/jsgid" "$work/apps"
python3 "$here/start/memory.py" --home "$work/jsgid" --supervisor "$compiler" --work "$work" --rounds "$rounds" \
    --jar "$work/apps/hello.jar" --war "$work/apps/notes.war" --tomcat "$work/stock:$tomcat" "${report[@]}" "${homes[@]}"
