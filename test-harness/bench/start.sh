#!/bin/bash
# Measures cold starts: see README.md, "How long a start takes".
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
usage: test-harness/bench/start.sh [--rounds N] [--jdks LIST] [--image DIR] [--csv FILE] [--json FILE]

Measures the time from the start of a JVM to its first answer, without and with an archive of its classes, and of a stock
Tomcat with the same web application, taking turns; and how much memory each has then.

  --rounds N    starts of each (default 5)
  --jdks LIST   feature versions, separated by commas (default: all that are on this machine)
  --image DIR   the built image (default: target/jsgid)
  --csv FILE, --json FILE   write every measurement there too
END
}

rounds=5
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
    echo "start.sh: there is no image at $image; run mvn package -DskipTests first" >&2
    exit 1
}
install_packages python3 maven

work=$(mktemp -d /var/tmp/jsgid-start.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
# When what runs has ended and reported, which needs the folder.
trap 'exit 143' TERM
build_applications "$work"
mkdir "$work/plan"
"$compiler/bin/javac" -cp "$image/lib/supervisor/*" -d "$work/plan" "$here/start/Plan.java"
find_jdks "$jdks"

# Plan.java needs what it was compiled with on its class path; cold.py adds the supervisor's jars.
cat >"$work/java" <<END
#!/bin/sh
shift
classes=\$1
shift
exec "$compiler/bin/java" -cp "$work/plan:\$classes" "\$@"
END
chmod +x "$work/java"
python3 "$here/start/cold.py" --home "$image" --java "$work/java" --plan Plan --work "$work" --rounds "$rounds" \
    --hello "$work/apps/Hello.java" --jar "$work/apps/hello.jar" --war "$work/apps/notes.war" \
    --tomcat "$work/stock:$tomcat" "${report[@]}" "${homes[@]}"
