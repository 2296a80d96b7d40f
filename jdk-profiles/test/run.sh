#!/bin/sh
# Tests the shell reader against conformance/, the profiles that are shipped, and the package hook.
#
#     test/run.sh [PROFILES-AS-INSTALLED]      (default: jdk.d)
#
# SHELLS names the shells that must agree; those that are not here are said to be skipped.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
shipped=${1:-$here/jdk.d}
reader=$here/src/profile-reader.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
checks=0
failures=0

failed() {
    failures=$((failures + 1))
    printf 'FAILED %s\n' "$1"
}

# same SENTENCE EXPECTED-FILE FOUND-FILE
same() {
    checks=$((checks + 1))
    if ! diff "$2" "$3" >"$work/difference"; then
        failed "$1"
        cat "$work/difference"
    fi
}

# Runs a function of the reader in the shell under test, for what it says and its status.
call() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    "$shell" -c '. "$0" && "$@"' "$reader" "$@"
}

# Warnings of the reader are longer than the text that is expected of them: only that text is compared.
shorten_warnings() {
    while IFS= read -r line; do
        case $line in
        "warning "*)
            text=${line#warning * }
            number=${line#warning }
            number=${number%% *}
            expected=$(sed -n "s/^warning $number //p" "$2")
            case $text in
            *"$expected"*) line="warning $number $expected" ;;
            esac
            ;;
        esac
        printf '%s\n' "$line"
    done <"$1"
}

reads_valid_files() {
    for file in "$here"/conformance/valid/*.conf; do
        call jsgid_profile_read "$file" >"$work/raw" || failed "$shell takes $file"
        shorten_warnings "$work/raw" "${file%.conf}.expected" >"$work/found"
        same "$shell reads $file" "${file%.conf}.expected" "$work/found"
    done
}

refuses_invalid_files() {
    for file in "$here"/conformance/invalid/*.conf; do
        checks=$((checks + 1))
        if found=$(call jsgid_profile_read "$file"); then
            failed "$shell refuses $file"
            continue
        fi
        read -r word line text <"${file%.conf}.expected"
        case $found in
        "$word $line "*"$text"*) ;;
        *) failed "$shell says \"$word $line … $text\" of $file, not \"$found\"" ;;
        esac
    done
}

follows_the_chain_of_folders() {
    chain=$here/conformance/chain
    call jsgid_profile_files "$chain/1-packages" "$chain/no-such-folder" "$chain/2-scan" "$chain/3-administrator" |
        sed "s|$tab$chain/|=|; s|/[^/]*\$||" >"$work/found"
    same "$shell takes the last folder's file of each name" "$chain/expected" "$work/found"
}

# A folder of profiles whose homes are real.
make_jdks() {
    mkdir "$work/profiles"
    for file in "$here"/conformance/selection/*.conf; do
        sed "s|/conformance-jdks|$work/jdks|" "$file" >"$work/profiles/${file##*/}"
        home=$(sed -n "s|^home = /conformance-jdks|$work/jdks|p" "$file")
        case $home in
        */missing/*) ;;
        *)
            mkdir -p "$home/bin"
            : >"$home/bin/java"
            ;;
        esac
    done
}

selects() {
    while IFS='=' read -r runtime name; do
        found=$(call jsgid_profile_select "$runtime" "$work/profiles")
        status=$?
        checks=$((checks + 1))
        [ "${found%%"$tab"*}" = "$name" ] || failed "$shell selects \"$name\" for $runtime, not \"$found\""
        [ "$status" -eq 0 ] || [ -z "$name" ] || failed "$shell: status 0 for $runtime"
        [ "$status" -ne 0 ] || [ -n "$name" ] || failed "$shell: status 1 for $runtime"
    done <"$here/conformance/selection/expected"
}

# state_is NAME WANTED-LINE-WITHOUT-NAME
listed_as() {
    checks=$((checks + 1))
    found=$(call jsgid_profiles "$work/states" | sed -n "s/^$1$tab//p" | tr '\t' ' ')
    [ "$found" = "$2" ] || failed "$shell lists $1 as \"$2\", not \"$found\""
}

takes_what_is_absent_from_the_release_file() {
    mkdir -p "$work/states" "$work/new jdk/bin" "$work/old/bin" "$work/bare/bin"
    : >"$work/new jdk/bin/java"
    : >"$work/old/bin/java"
    : >"$work/bare/bin/java"
    printf 'JAVA_RUNTIME_VERSION="25.0.3+9-LTS"\r\nJAVA_VERSION="25.0.3"\r\n' >"$work/new jdk/release"
    printf 'JAVA_VERSION="1.8.0_452"' >"$work/old/release"
    printf 'home = %s\n' "$work/new jdk" >"$work/states/new.conf"
    printf 'home = %s\npriority = 3\n' "$work/old" >"$work/states/old.conf"
    printf 'home = %s\n' "$work/bare" >"$work/states/bare.conf"
    printf 'home = %s\nfeature = 26\nenabled = no\n' "$work/bare" >"$work/states/disabled.conf"
    printf 'home = /no/such/jdk\n' >"$work/states/missing.conf"
    printf 'home = /no/such/jdk\nenabled = no\nfeature = 9\n' >"$work/states/missing-too.conf"
    printf 'home = no/such/jdk\n' >"$work/states/broken.conf"
    ln -sf "$work/nowhere" "$work/states/dangling.conf"
    listed_as new "$work/new jdk 25 2500 ready 25.0.3+9-LTS"
    listed_as old "$work/old 8 3 ready 1.8.0_452"
    listed_as bare "$work/bare - - broken -"
    listed_as disabled "$work/bare 26 2600 disabled -"
    listed_as missing "/no/such/jdk - - missing -"
    listed_as missing-too "/no/such/jdk 9 900 missing -"
    listed_as broken "- - - broken -"
    listed_as dangling "- - - broken -"
}

leaves_the_callers_shell_alone() {
    checks=$((checks + 1))
    # shellcheck disable=SC2016 # expanded by the inner shell
    "$shell" -c '. "$1"; shift
        name=mine home=mine IFS=: LC_ALL=POSIX; set >"$1/before"
        jsgid_profile_select 17+ "$1/profiles" >/dev/null
        set >"$1/after"' sh "$reader" "$work"
    # What the shell itself keeps of the last command and line is not the reader's doing.
    for moment in before after; do
        grep -v -e '^_=' -e '^LINENO=' -e '^PIPESTATUS=' -e '^BASH_' "$work/$moment" >"$work/$moment.own"
    done
    same "$shell: no variable of the caller changes" "$work/before.own" "$work/after.own"
}

shipped_profiles_are_valid() {
    for file in "$shipped"/*.conf; do
        checks=$((checks + 1))
        name=${file##*/}
        feature=${name##*-}
        feature=${feature%.conf}
        call jsgid_profile_read "$file" >"$work/found" || failed "$shell takes $file"
        grep -q '^warning' "$work/found" && failed "$file has an unknown key"
        grep -qx "feature=$feature" "$work/found" || failed "$file: the name tells its feature"
    done
}

# What packages call, with a jsgid-ctl that notes how it was called, answers for each JSGID_JAVA as told, and says something.
run_scan() {
    rm -f "$work/called"
    mkdir -p "$work/bin"
    cat >"$work/bin/jsgid-ctl" <<CTL
#!/bin/sh
echo "\$*" >>"$work/called"
cat "$work/says"
exit $1
CTL
    chmod +x "$work/bin/jsgid-ctl"
    PATH=$work/bin:$PATH "$shell" "$here/packages/debian/jsgid-jdk-scan" >"$work/said" 2>"$work/complaint"
}

packages_scan() {
    echo 'jdk scan --scan-dir /run/jsgid/jdk.d' >"$work/expected-call"
    printf 'added    zulu-21  /usr/lib/jvm/z\nkept     openjdk-11  /usr/lib/jvm/o\nremoved  a-8  /usr/lib/jvm/a  (it has gone)\n' \
        >"$work/says"
    run_scan 0 || failed "$shell: a scan succeeds"
    same "$shell: a scan is one of the scan folder, whatever the server's folders are" "$work/expected-call" "$work/called"
    printf 'jsgid: registered zulu-21 (/usr/lib/jvm/z)\njsgid: a-8 is not registered any more\n' >"$work/expected-words"
    same "$shell: a scan says what has changed" "$work/expected-words" "$work/said"

    checks=$((checks + 1))
    echo 'jsgid-ctl: it does not work' >"$work/says"
    run_scan 1 && failed "$shell: a scan that fails says so"
    grep -q 'it does not work' "$work/complaint" || failed "$shell: a failed scan is said, with its reason"
    grep -q 'jsgid-ctl jdk scan' "$work/complaint" || failed "$shell: a failed scan is said, with the remedy"
}

for shell in ${SHELLS:-dash bash}; do
    if ! command -v "$shell" >/dev/null; then
        printf 'skipped: %s is not on this machine\n' "$shell"
        continue
    fi
    rm -rf "${work:?}"/*
    reads_valid_files
    refuses_invalid_files
    follows_the_chain_of_folders
    make_jdks
    selects
    takes_what_is_absent_from_the_release_file
    leaves_the_callers_shell_alone
    shipped_profiles_are_valid
    packages_scan
done
[ "$checks" -gt 0 ] || failed "no shell to test with"
printf 'profile reader: %d checks, %d failures\n' "$checks" "$failures"
[ "$failures" -eq 0 ]
