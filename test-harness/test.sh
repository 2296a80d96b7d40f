#!/bin/bash
# Installs what is missing and runs every test. See "test.sh --help".
set -uo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$tree/test-harness
# shellcheck source=lib/packages.sh
source "$here/lib/packages.sh"
# shellcheck source=lib/jdks.sh
source "$here/lib/jdks.sh"

usage() {
    cat <<'END'
usage: test-harness/test.sh [--fast | --only PATTERN] [-DNAME=VALUE...]

Installs the Debian packages that are missing (as root), builds with warnings as errors, checks formats, runs the
analysers, the unit tests and the end-to-end tests. A Java test that fails is run once more; one that passes then counts as
passed, and is listed as "flaky: NAME: FIRST FAILURE". The last line is "N passed, N failed"; the exit status is 0 only
when nothing failed.

  --fast          no end-to-end tests and no second build with Error Prone
  --only PATTERN  builds, and runs only the tests of classes of that name: 'Crash*', 'RequestPathEventIT#echo*'
  -DNAME=VALUE    handed on to Maven: -Djsgid.test.scale=3, -Djsgid.test.keep=true (see README.md)
END
}

fast=no
only=
properties=()
while (($# > 0)); do
    case $1 in
        --fast) fast=yes ;;
        --only)
            only=${2:?--only needs a pattern}
            shift
            ;;
        -D?*) properties+=("$1") ;;
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

begin=$SECONDS
failed=()

say() {
    printf '[%3d:%02d] %s\n' $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)) "$*"
}

# step NAME COMMAND...: runs it with its output in a log; shows the end of that when it fails.
step() {
    local name=$1 log=$logs/${1//[^A-Za-z0-9]/-}.log
    shift
    say "$name"
    if "$@" >"$log" 2>&1 </dev/null; then
        return 0
    fi
    grep -E '^\[ERROR\]|: (error|warning):|^In .* line' "$log" | head -n 40
    tail -n 15 "$log"
    say "FAILED: $name (all of it: $log)"
    failed+=("$name")
    return 1
}

maven() {
    (cd "${maven_tree:-$tree}" && mvn -B -ntp "$@")
}

# Maven with its progress on the terminal and all of its output in a log.
maven_with_progress() {
    local name=$1 log=$build_log
    shift
    say "$name"
    maven "$@" </dev/null 2>&1 | tee "$log" |
        sed -un -e 's/^\[INFO\] Building \(.*\) \(\[[0-9/]*\]\)$/    \2 \1/p' \
            -e 's/^\[[A-Z]*\] \(Tests run: .* - in .*\)$/        \1/p' \
            -e 's/^\[[A-Z]*\] \(Tests run: .* -- in .*\)$/        \1/p' \
            -e 's/^\(measured: .*\)$/        \1/p'
    if ((PIPESTATUS[0] != 0)); then
        grep -E '^\[ERROR\]|: (error|warning):' "$log" | head -n 60
        say "FAILED: $name (all of it: $log)"
        failed+=("$name")
    fi
}

# shell_scripts: prints the paths of all shell scripts of the tree, whatever their names.
shell_scripts() {
    local file first
    (cd "$tree" && find . -name .git -prune -o -name target -prune -o -type f -print) | while read -r file; do
        first=
        IFS= read -r -n 100 first <"$tree/$file" 2>/dev/null
        if [[ $first =~ ^(#!/(usr/)?bin/(env )?(ba|da)?sh|# shellcheck shell=) ]]; then
            echo "$file"
        fi
    done
}

check_scripts() {
    local scripts
    mapfile -t scripts < <(shell_scripts)
    (cd "$tree" && shellcheck -x -P SCRIPTDIR "${scripts[@]}")
}

# A copy of the sources, so that the analysis leaves the tested classes as they are.
copy_sources() {
    mkdir -p "$1" && (cd "$tree" && tar -c --exclude=./.git --exclude=target .) | tar -x -C "$1"
}

install_packages "${PACKAGES_TO_TEST[@]}" || exit 1
JAVA_HOME=$(build_jdk)
export JAVA_HOME
if [[ -z $JAVA_HOME ]]; then
    echo "no JDK of at least 17 with javac below /usr/lib/jvm; apt-get install openjdk-17-jdk-headless" >&2
    exit 1
fi
logs=$tree/target/test-logs
build_log=$logs/build.log
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say "JDKs found: $(jdks_with_compiler | tr '\n' ' ')"
say "built with $JAVA_HOME"

if [[ -n $only ]]; then
    mkdir -p "$logs"
    find "$tree" -type d \( -name surefire-reports -o -name failsafe-reports \) -prune -exec rm -rf {} +
    maven_with_progress "the tests of $only" -fae verify -Dspotless.check.skip=true -Dmaven.test.failure.ignore=true \
        "-Dtest=$only,!*IT" "-Dit.test=$only,!*Test" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dfailsafe.failIfNoSpecifiedTests=false -Dit.failIfNoSpecifiedTests=false \
        "${properties[@]}"
else
    rm -rf "$tree/target"
    mkdir -p "$logs"
    find "$tree" -name target -type d -path "$tree/*/*" -prune -exec rm -rf {} +
    bring_nginx "$tree/target/tools/nginx" || say "nginx cannot be had, and its tests are skipped"
    step "shell scripts: shellcheck" check_scripts
    step "Java sources: format" maven com.diffplug.spotless:spotless-maven-plugin:check
    if [[ $fast == yes ]]; then
        properties+=(-DskipITs)
        say "skipped, as --fast says: the end-to-end tests, Error Prone"
    fi
    # Nothing stops at the first failure: the end counts all of them.
    maven_with_progress "build, C analysis, unit tests, end-to-end tests" -fae verify -Dspotless.check.skip=true \
        -Dmaven.test.failure.ignore=true "${properties[@]}"
    analysis=$(analysis_jdk)
    if [[ $fast == no && -n $analysis ]]; then
        say "a copy of the sources is compiled with Error Prone on $analysis"
        copy_sources "$scratch/tree"
        maven_tree=$scratch/tree JAVA_HOME=$analysis step "Java sources: Error Prone" \
            maven -fae -pl '!apache-module' package -DskipTests -Dspotless.check.skip=true
    elif [[ $fast == no ]]; then
        say "skipped: Error Prone, which needs a JDK of at least 21 with javac below /usr/lib/jvm"
    fi
fi

say "done"
"$JAVA_HOME/bin/java" "$here/lib/Summary.java" "$tree" "$build_log" "${failed[@]}"
