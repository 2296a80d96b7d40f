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
usage: test-harness/test.sh [--fast | --every-jdk | --only PATTERN [--jdk FEATURE]] [-DNAME=VALUE...]

Installs the Debian packages that are missing (as root), brings JDKs that this machine has not (jdks.sh), builds with
warnings as errors, checks formats, runs the analysers, the unit tests and the end-to-end tests: all of them once, and
those that are quick and do not depend on a version on each JDK from 8 to 27. A Java test that fails is run once more; one
that passes then counts as passed, and is listed as "flaky: NAME: FIRST FAILURE". The last line is "N passed, N failed";
the exit status is 0 only when nothing failed.

  --fast          no end-to-end tests and no second build with Error Prone
  --every-jdk     also the long end-to-end tests run on each JDK, which takes hours
  --only PATTERN  builds, and runs only the tests of classes of that name: 'Crash*', 'RequestPathEventIT#echo*'
  --jdk FEATURE   groups that name no runtime run on that JDK
  -DNAME=VALUE    handed on to Maven: -Djsgid.test.scale=3, -Djsgid.test.keep=true (see README.md)
END
}

fast=no
every=no
only=
jdk=
properties=()
while (($# > 0)); do
    case $1 in
        --fast) fast=yes ;;
        --only)
            only=${2:?--only needs a pattern}
            shift
            ;;
        --every-jdk) every=yes ;;
        --jdk)
            jdk=${2:?--jdk needs a feature version}
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

# maven_with_progress LOG NAME ARGUMENT...: Maven with its progress on the terminal and all of its output in a log.
maven_with_progress() {
    local log=$1 name=$2
    shift 2
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

# bring_jdks: brings those that the tests serve on and that this machine has not. Without them, tests that need one skip.
bring_jdks() {
    local wanted=(8 11 21 27) feature
    [[ -n $(installed_jdk 25) ]] || wanted+=(25)
    step "JDKs for the tests, to $(jdk_cache)" "$here/jdks.sh" "${wanted[@]}" || return 0
    for feature in "${wanted[@]}"; do
        say "    JDK $feature: $(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$(jdk_cache)/openjdk-$feature/release")"
    done
}

# tests_on_each_jdk: the tests that do not depend on a version, on each JDK that is there but the one on which they have
# run with all others: the newest long-term one, which groups get that name none.
tests_on_each_jdk() {
    local feature tags=every-jdk
    [[ $every == no ]] || tags="every-jdk | one-jdk"
    for feature in 8 11 17 21 25 27; do
        if [[ $feature == 25 && $every == no ]] || [[ -z $(installed_jdk "$feature") ]]; then
            continue
        fi
        maven_with_progress "$logs/jdk-$feature.log" "end-to-end tests on JDK $feature" -pl test-harness \
            failsafe:integration-test@on-one-jdk failsafe:integration-test@alone-on-one-jdk \
            "-Djsgid.test.runtime=$feature" "-Djsgid.test.every=$tags" "${properties[@]}"
    done
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
    find "$tree" -type d \( -name surefire-reports -o -name failsafe-reports -o -path '*/target/served' \) -prune -exec rm -rf {} +
    [[ -z $jdk ]] || properties+=("-Djsgid.test.runtime=$jdk")
    maven_with_progress "$build_log" "the tests of $only" -fae verify -Dspotless.check.skip=true -Dmaven.test.failure.ignore=true \
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
    bring_jdks
    eight=$(installed_jdk 8)
    [[ -z $eight ]] || properties+=("-Djsgid.jdk8=$eight")
    # Nothing stops at the first failure: the end counts all of them.
    maven_with_progress "$build_log" "build, C analysis, unit tests, end-to-end tests" -fae verify -Dspotless.check.skip=true \
        -Dmaven.test.failure.ignore=true "${properties[@]}"
    if [[ $fast == no ]]; then
        tests_on_each_jdk
    fi
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
