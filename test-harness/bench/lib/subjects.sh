# shellcheck shell=bash
# What start.sh and memory.sh measure: applications, and the JDKs of this machine. Sourced by both.
# shellcheck disable=SC2154 # here, tree and image are the callers'

# build_applications FOLDER: makes apps/Hello.java, apps/hello.jar and apps/notes.war there, and stock/ with a Tomcat's
# main class. Sets compiler and tomcat (a class path).
build_applications() {
    local work=$1 api containers
    compiler=$(build_jdk)
    mapfile -t containers < <(ls "$image"/lib/containers/tomcat9/*.jar)
    tomcat=$(
        IFS=:
        echo "${containers[*]}"
    )

    # (a): the hello of the tests, as source file and as jar.
    mkdir -p "$work"/{apps,classes,war/WEB-INF/lib,war/WEB-INF/classes,stock}
    cp "$tree/test-harness/src/test/apps/hello/Hello.java" "$work/apps/"
    api=$(ls "$image"/lib/daemon/jsgi-api-*.jar)
    "$compiler/bin/javac" --release 8 -Xlint:-options -cp "$api" -d "$work/classes" "$work/apps/Hello.java"
    echo "Jsgi-Application: Hello" >"$work/manifest"
    "$compiler/bin/jar" --create --file "$work/apps/hello.jar" --manifest "$work/manifest" -C "$work/classes" .

    # (b): Spring, Thymeleaf, Jackson, Hibernate Validator and a database in memory.
    mvn -q -B -f "$here/apps/spring/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$work/war/WEB-INF/lib"
    "$compiler/bin/javac" --release 8 -Xlint:-options -parameters -cp "$work/war/WEB-INF/lib/*:$tomcat" \
        -d "$work/war/WEB-INF/classes" "$here"/apps/spring/org/example/notes/*.java
    cp "$here"/apps/spring/resources/* "$work/war/WEB-INF/classes/"
    cp -r "$here/apps/spring/templates" "$work/war/WEB-INF/"
    "$compiler/bin/jar" --create --file "$work/apps/notes.war" -C "$work/war" .

    "$compiler/bin/javac" --release 8 -Xlint:-options -cp "$tomcat" -d "$work/stock" "$here/start/StockStart.java"
}

# find_jdks LIST: sets homes to FEATURE=HOME for each JDK of this machine whose version is in the list (commas; empty: all).
find_jdks() {
    local jdks=$1 home feature
    local -A seen=()
    homes=()
    for home in /usr/lib/jvm/* "$(jdk_cache)"/openjdk-*; do
        [[ ! -L $home && -x $home/bin/java ]] || continue
        feature=$(jdk_feature "$home")
        [[ -n $feature && -z ${seen[$feature]:-} ]] || continue
        [[ -z $jdks || ,$jdks, == *,$feature,* ]] || continue
        seen[$feature]=yes
        homes+=("$feature=$home")
    done
    if ((${#homes[@]} == 0)); then
        echo "$(basename "$0"): none of the JDKs $jdks is on this machine" >&2
        exit 1
    fi
    mapfile -t homes < <(printf '%s\n' "${homes[@]}" | sort -n)
}
