# shellcheck shell=bash
# The JDKs of this machine, for the scripts of this folder.

# jdk_cache: prints the folder in which jdks.sh puts JDKs of other Debian suites, for the user who runs this.
jdk_cache() {
    if ((EUID == 0)); then
        echo /var/cache/jsgid/jdks
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/jsgid/jdks"
    fi
}

# jdk_feature HOME: prints its feature version, from its release file.
jdk_feature() {
    local version
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1/release" 2>/dev/null)
    version=${version#1.}
    echo "${version%%[^0-9]*}"
}

# jdks_with_compiler: prints "FEATURE HOME" of every JDK below /usr/lib/jvm that has javac, lowest first.
jdks_with_compiler() {
    local home feature
    for home in /usr/lib/jvm/*; do
        if [[ ! -L $home && -x $home/bin/javac ]]; then
            feature=$(jdk_feature "$home")
            [[ -n $feature ]] && echo "$feature $home"
        fi
    done | sort -n
}

# build_jdk: prints the home of the JDK that jsgid is built with: the lowest of at least 17.
build_jdk() {
    jdks_with_compiler | awk '$1 >= 17 { print $2; exit }'
}

# analysis_jdk: prints the home of the newest JDK of at least 21, which Error Prone needs; nothing when there is none.
analysis_jdk() {
    jdks_with_compiler | awk '$1 >= 21 { home = $2 } END { if (home) print home }'
}

# installed_jdk FEATURE: prints the home of a JDK of that feature version, of this machine's packages or of those that
# jdks.sh has brought; nothing when there is none.
installed_jdk() {
    local home
    for home in /usr/lib/jvm/* "$(jdk_cache)"/openjdk-*; do
        if [[ ! -L $home && -x $home/bin/java && $(jdk_feature "$home") == "$1" ]]; then
            echo "$home"
            return
        fi
    done
}
