# shellcheck shell=sh disable=SC2030,SC2031 # each function is a subshell, so that it leaves no variable
# Reads JDK profiles (FORMAT.md) in POSIX sh. To be sourced; defines functions whose names begin with jsgid_profile,
# and sets no variable: each runs in a subshell of its own. README.md, "From a shell script", tells the interface.
# Calls no program but wc, sort and expr.

# jsgid_profile_read FILE: what the file says, as conformance/README.md lays it out. Status 1: it has an error, and the
# only line printed is `error LINE MESSAGE`.
jsgid_profile_read() (
    LC_ALL=C
    export LC_ALL
    tab=$(printf '\t')
    cr=$(printf '\r')
    number=0
    seen=' '
    home='' feature='' version='' vendor='' priority='' enabled=yes options='' warnings=''
    newline='
'
    # A word is split at blanks below; what looks like a pattern must not become file names.
    set -f

    fail() {
        printf 'error %s %s\n' "$1" "$2"
        exit 1
    }
    trim() {
        trimmed=$1
        trimmed=${trimmed#"${trimmed%%[!" $tab"]*}"}
        trimmed=${trimmed%"${trimmed##*[!" $tab"]}"}
    }
    # is_whole TEXT LOWEST HIGHEST; sets whole to the number without leading zeros, which test reads as decimal.
    is_whole() {
        sign=''
        whole=${1#-}
        [ "$whole" = "$1" ] || sign=-
        case $whole in
        '' | *[!0-9]* | ??????????*) return 1 ;;
        esac
        whole=${whole#"${whole%%[!0]*}"}
        whole=${whole:-0}
        [ "$whole" = 0 ] || whole=$sign$whole
        [ "$whole" -ge "$2" ] && [ "$whole" -le "$3" ]
    }
    once() {
        case $seen in
        *" $key "*) fail "$number" "the key \"$key\" is given twice" ;;
        esac
        seen="$seen$key "
    }
    take() {
        case $key in
        home | feature | version | vendor | java-options | priority | enabled) once ;;
        esac
        case $key in
        home)
            case $value in
            /*) home=$value ;;
            *) fail "$number" "home is \"$value\"; it must be an absolute path" ;;
            esac
            ;;
        feature)
            is_whole "$value" 8 999 || fail "$number" "feature is \"$value\"; it must be a whole number from 8 to 999"
            feature=$whole
            ;;
        version) version=$value ;;
        vendor) vendor=$value ;;
        java-options) options=$value ;;
        priority)
            is_whole "$value" -100000 100000 ||
                fail "$number" "priority is \"$value\"; it must be a whole number from -100000 to 100000"
            priority=$whole
            ;;
        enabled)
            case $value in
            yes | no) enabled=$value ;;
            *) fail "$number" "enabled is \"$value\"; it must be yes or no" ;;
            esac
            ;;
        *) warnings="${warnings}warning $number the key \"$key\" is not known$newline" ;;
        esac
    }

    { size=$(wc -c <"$1"); } 2>/dev/null || fail 0 "the file cannot be read"
    [ "$size" -le 65536 ] || fail 0 "the file has more than 64 KiB"
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        trim "${line%"$cr"}"
        case $trimmed in
        '' | '#'*) continue ;;
        *=*) ;;
        *) fail "$number" "the line has no \"=\"" ;;
        esac
        line=$trimmed
        trim "${line%%=*}"
        key=$trimmed
        trim "${line#*=}"
        value=$trimmed
        take
    done <"$1"
    [ -n "$home" ] || fail 0 "home is not given; it is the absolute path of a JDK"

    printf 'home=%s\n' "$home"
    [ -z "$feature" ] || printf 'feature=%s\n' "$feature"
    [ -z "$version" ] || printf 'version=%s\n' "$version"
    [ -z "$vendor" ] || printf 'vendor=%s\n' "$vendor"
    IFS=" $tab"
    # shellcheck disable=SC2086 # split at blanks: that is the format
    for option in $options; do
        printf 'java-option=%s\n' "$option"
    done
    [ -z "$priority" ] || printf 'priority=%s\n' "$priority"
    printf 'enabled=%s\n' "$enabled"
    printf '%s' "$warnings"
)

# jsgid_profile_release HOME KEY: a value of the JDK's release file, empty when there is none.
jsgid_profile_release() (
    cr=$(printf '\r')
    [ -r "$1/release" ] || exit 0
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        "$2="*)
            value=${line#*=}
            value=${value%"$cr"}
            value=${value#\"}
            printf '%s' "${value%\"}"
            exit 0
            ;;
        esac
    done <"$1/release"
)

# jsgid_profile_files DIR...: the file of each profile, `NAME<TAB>FILE`, sorted by name; masked names are left out.
jsgid_profile_files() (
    LC_ALL=C
    export LC_ALL
    newline='
'
    names=''
    # Names hold no pattern character and no blank, so a list of words is enough. The loop is over folders first, the
    # sorting over all names at the end.
    for folder in "$@"; do
        for file in "$folder"/*.conf; do
            [ -e "$file" ] || [ -h "$file" ] || continue
            name=${file##*/}
            name=${name%.conf}
            case $name in
            [!A-Za-z]* | *[!A-Za-z0-9._-]*) continue ;;
            esac
            [ "${#name}" -le 64 ] || continue
            case $newline$names in
            *"$newline$name$newline"*) ;;
            *) names=$names$name$newline ;;
            esac
        done
    done
    printf '%s' "$names" | sort | while IFS= read -r name; do
        found=''
        for folder in "$@"; do
            file=$folder/$name.conf
            if [ -e "$file" ] || [ -h "$file" ]; then
                found=$file
            fi
        done
        # Empty, as /dev/null is too: a mask. A link to nowhere is no mask but a profile that cannot be read.
        if [ ! -e "$found" ] || [ -s "$found" ]; then
            printf '%s\t%s\n' "$name" "$found"
        fi
    done
)

# jsgid_profiles DIR...: all profiles, sorted by name, `NAME HOME FEATURE PRIORITY STATE VERSION` separated by tabs.
# What is not known is `-`. State: ready, disabled, missing or broken; only ready ones can be taken.
jsgid_profiles() (
    tab=$(printf '\t')
    newline='
'
    value_of() {
        case $newline$text in
        *"$newline$1="*)
            value=${newline}${text}
            value=${value#*"$newline$1="}
            value=${value%%"$newline"*}
            ;;
        *) value='' ;;
        esac
    }
    describe() {
        state=ready
        if ! text=$(jsgid_profile_read "$file"); then
            printf '%s\t-\t-\t-\tbroken\t-\n' "$name"
            return
        fi
        value_of home
        home=$value
        value_of feature
        feature=$value
        value_of version
        version=$value
        value_of priority
        priority=$value
        value_of enabled
        [ "$value" = yes ] || state=disabled
        java_version=$(jsgid_profile_release "$home" JAVA_VERSION)
        [ -n "$version" ] || version=$(jsgid_profile_release "$home" JAVA_RUNTIME_VERSION)
        [ -n "$version" ] || version=$java_version
        if [ -z "$feature" ]; then
            feature=${java_version#1.}
            feature=${feature%%[!0-9]*}
        fi
        [ -f "$home/bin/java" ] || state=missing
        if [ -z "$feature" ] && [ "$state" != missing ]; then
            state=broken
        fi
        if [ -z "$priority" ] && [ -n "$feature" ]; then
            priority=$((feature * 100))
        fi
        # A tab inside would shift the columns.
        case $home$version in
        *"$tab"*) printf '%s\t-\t-\t-\tbroken\t-\n' "$name" ;;
        *)
            printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$home" "${feature:--}" "${priority:--}" "$state" \
                "${version:--}"
            ;;
        esac
    }
    jsgid_profile_files "$@" | while IFS=$tab read -r name file; do
        describe
    done
)

# jsgid_profile_later A B: whether version A is later than version B (FORMAT.md, "Selecting").
jsgid_profile_later() (
    LC_ALL=C
    export LC_ALL
    # next TEXT: sets part to its first run of digits without leading zeros ('' at the end), and rest to what follows.
    next() {
        rest=${1#"${1%%[0-9]*}"}
        part=${rest%%[!0-9]*}
        rest=${rest#"$part"}
        if [ -n "$part" ]; then
            part=${part#"${part%%[!0]*}"}
            part=${part:-0}
        fi
    }
    without_1_before_8() {
        next "$1"
        short=$1
        if [ "$part" = 1 ]; then
            after=$rest
            next "$rest"
            [ "$part" != 8 ] || short=$after
        fi
    }
    without_1_before_8 "$1"
    left=$short
    without_1_before_8 "$2"
    right=$short
    while :; do
        next "$left"
        left=$rest
        a=$part
        next "$right"
        right=$rest
        b=$part
        [ -n "$a" ] || exit 1
        [ -n "$b" ] || exit 0
        # Longer is greater; of one length they compare as text. Some vendors' parts are too long for arithmetic.
        [ "${#a}" -le "${#b}" ] || exit 0
        [ "${#a}" -ge "${#b}" ] || exit 1
        if [ "$a" != "$b" ]; then
            expr "x$a" \> "x$b" >/dev/null
            exit
        fi
    done
)

# jsgid_profile_select RUNTIME DIR...: the line of jsgid_profiles that `JsgiRuntime RUNTIME` takes. Status 1: there is
# none, and nothing is printed.
jsgid_profile_select() (
    tab=$(printf '\t')
    runtime=$1
    shift
    wanted=${runtime%+}
    case $runtime in
    [A-Za-z]*) kind=name ;;
    *)
        case $wanted in
        '' | *[!0-9]* | ????*) exit 1 ;;
        esac
        kind=feature
        [ "$wanted" = "$runtime" ] || kind=later
        wanted=${wanted#"${wanted%%[!0]*}"}
        wanted=${wanted:-0}
        ;;
    esac
    is_candidate() {
        case $kind in
        name) [ "$name" = "$runtime" ] ;;
        feature) [ "$feature" -eq "$wanted" ] ;;
        later) [ "$feature" -ge "$wanted" ] ;;
        esac
    }
    # Profiles come sorted by name, so that of equal ones the first stays.
    is_better() {
        [ -n "$best" ] || return 0
        [ "$feature" -eq "$best_feature" ] || [ "$feature" -gt "$best_feature" ] || return 0
        [ "$feature" -eq "$best_feature" ] || return 1
        [ "$priority" -eq "$best_priority" ] || [ "$priority" -lt "$best_priority" ] || return 0
        [ "$priority" -eq "$best_priority" ] || return 1
        jsgid_profile_later "$version" "$best_version"
    }
    jsgid_profiles "$@" | {
        best=''
        while IFS=$tab read -r name home feature priority state version; do
            if [ "$state" = ready ] && is_candidate && is_better; then
                best=$name$tab$home$tab$feature$tab$priority$tab$state$tab$version
                best_feature=$feature
                best_priority=$priority
                best_version=$version
            fi
        done
        [ -n "$best" ] && printf '%s\n' "$best"
    }
)
