#!/bin/bash
# Brings headless JDKs of other Debian suites, for the tests. See "jdks.sh --help".
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/jdks.sh
source "$here/lib/jdks.sh"

usage() {
    cat <<'TEXT'
usage: test-harness/jdks.sh [--cache DIR] [--refresh] [FEATURE...]

Brings headless JDKs (with javac and jcmd) that this release of Debian does not have from the archive's other suites,
makes them run here, tries each, and prints their homes: DIR/openjdk-8 and so on. Nothing is installed: dpkg does not know
them, /usr/lib/jvm has none of them, and removing DIR removes all. Packages come from the mirror that this machine's apt
uses, checked by apt against the Debian archive's keys. Those that need a newer C library than this machine's get one of
their own, DIR/.lib-SUITE-VERSION. What is there already is left as it is.

  FEATURE      8 11 21 25 26 27; without any: 8 11 21 27
  --cache DIR  where they stand (default: /var/cache/jsgid/jdks as root, otherwise ~/.cache/jsgid/jdks)
  --refresh    brings them anew, in the version that the archive has now
TEXT
}

# suites_of FEATURE: prints the suites that have that JDK, the quietest first.
suites_of() {
    case $1 in
        8 | 26 | 27) echo sid ;;
        11) echo bullseye sid ;;
        21 | 25) echo trixie sid ;;
        *) return 1 ;;
    esac
}

fail() {
    echo "jdks.sh: $*" >&2
    exit 1
}

say() {
    echo "jdks.sh: $*" >&2
}

cache=
refresh=no
features=()
while (($# > 0)); do
    case $1 in
        --cache)
            [[ -n ${2:-} ]] || fail "--cache needs a folder"
            cache=$2
            shift
            ;;
        --refresh) refresh=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            if ! suites_of "$1" >/dev/null; then
                echo "jdks.sh: no JDK $1 is known here" >&2
                usage >&2
                exit 2
            fi
            features+=("$1")
            ;;
    esac
    shift
done
((${#features[@]})) || features=(8 11 21 27)
cache=${cache:-$(jdk_cache)}
# The loader's path is written into the programs.
[[ $cache == /* ]] || cache=$PWD/$cache
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# complete FEATURE: whether it is there. A home gets its name when it has been tried, so one that has it is whole.
complete() {
    [[ -x $cache/openjdk-$1/bin/java ]]
}

wanted=()
for feature in "${features[@]}"; do
    if [[ $refresh == yes ]] || ! complete "$feature"; then
        wanted+=("$feature")
    fi
done
print_homes() {
    printf "$cache/openjdk-%s\n" "${features[@]}"
}
if ((${#wanted[@]} == 0)); then
    print_homes
    exit 0
fi

# Everybody may run them, whatever the umask of this shell is.
umask 022
if ! mkdir -p "$cache" 2>/dev/null || [[ ! -w $cache ]]; then
    fail "cannot write to $cache; give another folder with --cache DIR"
fi
for tool in apt-get dpkg-deb flock patchelf readelf; do
    command -v "$tool" >/dev/null || fail "needs $tool, which is not here (Debian packages: apt, dpkg, util-linux, patchelf, binutils)"
done
[[ -r $keyring ]] || fail "$keyring is missing (Debian package debian-archive-keyring); without it no package can be checked"

exec 9>"$cache/.lock"
if ! flock -n 9; then
    say "waits for another one that brings JDKs to $cache"
    flock 9
fi
# Under the lock, whatever has such a name is what one that was killed has left.
rm -rf "$cache"/.new-*
work=$(mktemp -d "$cache/.new-XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

architecture=$(dpkg --print-architecture)
# The mirror of this machine's own release, as its apt sources name it.
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016  # apt expands these
mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$release" '$1 == release && $2 == "main" { print $3; exit }')
[[ -n $mirror ]] || fail "this machine's apt sources name no mirror of $release main (try: apt-get indextargets)"

# in_suite SUITE COMMAND...: runs an apt command that knows that suite only, and nothing of this machine but how to reach
# mirrors.
in_suite() {
    local suite=$1 root=$work/apt-$1
    shift
    if [[ ! -e $root/apt.conf ]]; then
        mkdir -p "$root"/{lists/partial,cache/archives/partial,sources,none}
        : >"$root/status"
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\nSigned-By: %s\n' \
            "$mirror" "$suite" "$architecture" "$keyring" >"$root/sources/$suite.sources"
        {
            apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || true
            cat <<CONF
Acquire::Languages "none";
Acquire::Retries "3";
APT::Install-Recommends "false";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "$root/none";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$root/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$root/none";
Dir::State "$root";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
CONF
            # Packages are written to this folder, into which apt's own user cannot.
            if ((EUID == 0)); then
                echo 'APT::Sandbox::User "root";'
            fi
        } >"$root/apt.conf"
    fi
    APT_CONFIG=$root/apt.conf "$@"
}

# bring SUITE FOLDER PACKAGE...: unpacks packages of a suite into a folder; says what apt said when it cannot.
bring() {
    local suite=$1 folder=$2 log=$work/apt.log package
    shift 2
    if [[ ! -e $work/apt-$suite/updated ]]; then
        if ! in_suite "$suite" apt-get -q update >"$log" 2>&1 </dev/null; then
            say "the package lists of $suite cannot be had from $mirror:"
            grep -E '^(E|W|Err)' "$log" >&2 || tail -n 5 "$log" >&2
            return 1
        fi
        : >"$work/apt-$suite/updated"
    fi
    rm -rf "$work/packages"
    mkdir -p "$work/packages" "$folder"
    if ! (cd "$work/packages" && in_suite "$suite" apt-get -q download "$@") >"$log" 2>&1 </dev/null; then
        say "cannot download $* of $suite:"
        grep -E '^(E|W|Err)' "$log" >&2 || tail -n 5 "$log" >&2
        return 1
    fi
    for package in "$work/packages"/*.deb; do
        dpkg-deb -x "$package" "$folder" || return 1
    done
    rm -rf "$work/packages"
}

# needed_c_library HOME: prints the version of the C library that its programs and libraries need.
needed_c_library() {
    find "$1" -type f \( -name java -o -name '*.so' \) -exec readelf --version-info {} + 2>/dev/null |
        grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -n 1 | sed 's/GLIBC_//'
}

# runs_as_it_is HOME: whether this machine's C library is new enough for it.
runs_as_it_is() {
    local have need
    have=$(getconf GNU_LIBC_VERSION | sed 's/.* //')
    need=$(needed_c_library "$1")
    [[ $(printf '%s\n%s\n' "${need:-0}" "$have" | sort -V | tail -n 1) == "$have" ]]
}

# private_libraries SUITE: sets "libraries" to a folder with the C library of a suite and what else a JDK is linked with,
# brought when it is not there.
private_libraries() {
    local suite=$1 version tree=$work/libraries
    libraries=
    rm -rf "$tree"
    bring "$suite" "$tree" libc6 zlib1g libgcc-s1 libstdc++6 || return 1
    version=$(in_suite "$suite" apt-cache show --no-all-versions libc6 | sed -n 's/^Version: //p')
    libraries=$cache/.lib-$suite-$version
    if [[ ! -d $libraries ]]; then
        mkdir "$work/flat"
        # The loader's folder is a link in some releases. Only what programs are linked with: no converters, no audit.
        find "$tree" \( -path '*/gconv*' -o -path '*/audit*' \) -prune -o -name '*.so*' -print0 |
            xargs -0 cp -a --no-clobber -t "$work/flat"
        [[ -x $(echo "$work"/flat/ld-linux*.so.*) ]] || {
            say "libc6 of $suite has no loader where one is expected"
            return 1
        }
        mv "$work/flat" "$libraries"
    fi
}

# give_libraries HOME: makes its programs start with the loader in "libraries", and all look for libraries there.
give_libraries() {
    local file path loader
    loader=$(echo "$libraries"/ld-linux*.so.*)
    find "$1" -type f \( -perm -u+x -o -name '*.so' \) -print0 | while IFS= read -r -d '' file; do
        # What has no dynamic section is a script, or text that is marked executable.
        path=$(patchelf --print-rpath "$file" 2>/dev/null) || continue
        if patchelf --print-interpreter "$file" >/dev/null 2>&1; then
            patchelf --set-interpreter "$loader" "$file"
        fi
        # RPATH, not RUNPATH: it holds for what a library is linked with in turn.
        patchelf --force-rpath --set-rpath "${path:+$path:}$libraries" "$file"
    done
}

# try_out HOME: whether it runs, compiles, starts a child process and answers jcmd, for a user without rights. Says what
# it printed when not.
try_out() {
    local home=$1 dir=$work/try log=$work/try.log
    local -a as=()
    rm -rf "$dir"
    mkdir -p "$dir"
    cat >"$dir/Try.java" <<'JAVA'
import java.lang.management.ManagementFactory;

public class Try {
    public static void main(String[] arguments) throws Exception {
        String pid = ManagementFactory.getRuntimeMXBean().getName().split("@")[0];
        System.exit(new ProcessBuilder(arguments[0], pid, "VM.version").inheritIO().start().waitFor());
    }
}
JAVA
    if ((EUID == 0)); then
        chown nobody: "$dir" "$dir/Try.java"
        as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
    fi
    # shellcheck disable=SC2016  # expanded by the shell in there
    if ! (cd "$dir" && "${as[@]}" env -i PATH=/usr/bin:/bin HOME="$dir" LC_ALL=C.UTF-8 timeout 120 bash -c \
        '"$1/bin/java" -version && "$1/bin/javac" Try.java && "$1/bin/java" -Xmx64m -cp . Try "$1/bin/jcmd"' try "$home") \
        >"$log" 2>&1 </dev/null || ! grep -q '^JDK ' "$log"; then
        say "what $home printed:"
        cat "$log" >&2
        return 1
    fi
}

# write_release HOME: Debian's 8 has no release file, by which a JDK is recognised; this is what others' 8 have in theirs.
write_release() {
    local key value
    LC_ALL=C "$1/bin/java" -XshowSettings:properties -version 2>&1 </dev/null |
        while IFS='= ' read -r key value; do
            case $key in
                java.version) echo "JAVA_VERSION=\"$value\"" ;;
                java.runtime.version) echo "JAVA_RUNTIME_VERSION=\"$value\"" ;;
                os.name) echo "OS_NAME=\"$value\"" ;;
                os.arch) echo "OS_ARCH=\"$value\"" ;;
            esac
        done >"$work/release"
    grep -q '^JAVA_VERSION="..*"$' "$work/release" && mv "$work/release" "$1/release"
}

# make FEATURE SUITE: brings one, and gives it its name when all is well.
make() {
    local feature=$1 suite=$2 tree=$work/jdk-$1 home link target version libraries
    rm -rf "$tree"
    bring "$suite" "$tree" "openjdk-$feature-jre-headless" "openjdk-$feature-jdk-headless" || return 1
    home=$(dirname "$(dirname "$(find "$tree/usr/lib/jvm" -path '*/bin/javac' -type f)")")
    # Documentation, and what only jlink reads: half of it all.
    rm -rf "$home"/{jmods,man,docs,src.zip}
    # Debian's JDKs link their configuration to /etc.
    find "$home" -type l -lname '/etc/java*' | while IFS= read -r link; do
        target=$tree$(readlink "$link")
        if [[ -e $target ]]; then
            rm "$link"
            cp -a "$target" "$link"
        fi
    done
    if ! runs_as_it_is "$home"; then
        private_libraries "$suite" || return 1
        give_libraries "$home" || return 1
    fi
    [[ -e $home/release ]] || write_release "$home" || {
        say "cannot find out what version $home is"
        return 1
    }
    try_out "$home" || return 1
    version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$home/release")
    if [[ -e $cache/openjdk-$feature ]]; then
        mv "$cache/openjdk-$feature" "$work/former-$feature"
    fi
    mv "$home" "$cache/openjdk-$feature"
    say "JDK $feature is there: $version of $suite"
}

for feature in "${wanted[@]}"; do
    # Another one may have brought it while this one waited.
    if [[ $refresh == no ]] && complete "$feature"; then
        continue
    fi
    made=no
    for suite in $(suites_of "$feature"); do
        say "brings JDK $feature of $suite ..."
        if make "$feature" "$suite"; then
            made=yes
            break
        fi
    done
    [[ $made == yes ]] || fail "JDK $feature cannot be had"
done
print_homes
