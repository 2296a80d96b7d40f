#!/bin/bash
# Measures cold starts: see README.md, "How long a start takes".
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$here/../.." && pwd)
# shellcheck source=../lib/packages.sh
source "$tree/test-harness/lib/packages.sh"
# shellcheck source=../lib/jdks.sh
source "$tree/test-harness/lib/jdks.sh"

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
compiler=$(build_jdk)
mapfile -t containers < <(ls "$image"/lib/containers/tomcat9/*.jar)
tomcat=$(
    IFS=:
    echo "${containers[*]}"
)

# (a): the hello of the tests, as source file and as jar.
mkdir -p "$work"/{apps,classes,war/WEB-INF/lib,war/WEB-INF/classes,stock,plan}
cp "$tree/test-harness/src/test/apps/hello/Hello.java" "$work/apps/"
api=$(ls "$image"/lib/daemon/jsgi-api-*.jar)
"$compiler/bin/javac" --release 8 -Xlint:-options -cp "$api" -d "$work/classes" "$work/apps/Hello.java"
echo "Jsgi-Application: Hello" >"$work/manifest"
"$compiler/bin/jar" --create --file "$work/apps/hello.jar" --manifest "$work/manifest" -C "$work/classes" .

# (b): Spring, Thymeleaf, Jackson, Hibernate Validator and a database in memory.
mvn -q -B -f "$here/apps/spring/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$work/war/WEB-INF/lib"
"$compiler/bin/javac" --release 8 -Xlint:-options -parameters -cp "$work/war/WEB-INF/lib/*:$tomcat" \
    -d "$work/war/WEB-INF/classes" "$here"/apps/spring/org/example/notes/*.java
cp "$here"/apps/spring/resources/* "$work/war/WEB-INF/classes/"
cp -r "$here/apps/spring/templates" "$work/war/WEB-INF/"
"$compiler/bin/jar" --create --file "$work/apps/notes.war" -C "$work/war" .

"$compiler/bin/javac" --release 8 -Xlint:-options -cp "$tomcat" -d "$work/stock" "$here/start/StockStart.java"
"$compiler/bin/javac" -cp "$image/lib/supervisor/*" -d "$work/plan" "$here/start/Plan.java"

homes=()
declare -A seen=()
for home in /usr/lib/jvm/* "${XDG_CACHE_HOME:-$HOME/.cache}"/jsgid/jdks/* /var/cache/jsgid/jdks/*; do
    [[ ! -L $home && -x $home/bin/java ]] || continue
    feature=$(jdk_feature "$home")
    [[ -n $feature && -z ${seen[$feature]:-} ]] || continue
    [[ -z $jdks || ,$jdks, == *,$feature,* ]] || continue
    seen[$feature]=yes
    homes+=("$feature=$home")
done
mapfile -t homes < <(printf '%s\n' "${homes[@]}" | sort -n)

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
