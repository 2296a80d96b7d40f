#!/bin/bash
# Makes the smallest folder that a daemon group with JsgiChroot can live in: a JDK, the C library and what else the JDK
# needs of this machine, jsgid's daemon part, accounts, devices, /tmp. Applications go in afterwards, wherever you like.
#
# The JDK and jsgid stand inside under the paths that they have outside. Files are hard links where root folder and
# origin share a file system (they cost no space, and keep the present version when a package is upgraded), copies
# elsewhere. Running it again brings the folder up to date; restart the group then (jsgid-ctl restart GROUP).
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: chroot-tree.sh ROOT JAVA_HOME JSGID_HOME USER...

  ROOT        the folder to make, the value of JsgiChroot; root's, and below folders that only root can change
  JAVA_HOME   the JDK of the group's runtime, as in its profile (jsgid-ctl jdk show NAME); one for each ROOT
  JSGID_HOME  the installed image, the value of JsgiHome
  USER...     the accounts that groups inside run as

Root only, since it makes devices.
TEXT
}

if [[ ${1:-} == --help ]]; then
    usage
    exit 0
fi
if (($# < 4)) || [[ $1 != /* || $2 != /* || $3 != /* ]]; then
    usage >&2
    exit 2
fi
root=$1 java=$2 image=$3
shift 3
if ((EUID != 0)); then
    echo "chroot-tree.sh: only root can make devices; run it as root" >&2
    exit 1
fi
# Nobody but root may write into the tree, whatever the umask of this shell is; everybody may read.
umask 022
stage=$root/.new

# put PATH...: brings files, and folders with all that is in them, in under their own paths, links followed: Debian's JDKs
# have links to /etc, which would lead to nowhere inside. What only documents or builds stays outside.
put() {
    local path file
    for path in "$@"; do
        rm -rf "$stage"
        while IFS= read -r -d '' file; do
            mkdir -p "$stage${file%/*}"
            ln -L "$file" "$stage$file" 2>/dev/null || cp -Lp "$file" "$stage$file"
        done < <(find -L "$path" \( -name jmods -o -name docs -o -name man -o -name legal -o -name src.zip \) -prune \
            -o -type f -print0)
        mkdir -p "$root${path%/*}"
        # Beside the old one and then in its place: a running JVM has the old one mapped.
        rm -rf "${root:?}$path"
        mv "$stage$path" "$root$path"
    done
    rm -rf "$stage"
}

# needed_libraries FOLDER: the libraries that programs and libraries below a JDK's folder are linked with, and the loader.
# Those that the JDK brings itself are left out. The loader is asked that the JDK's programs start with, which need not be
# this machine's.
needed_libraries() {
    local loader
    loader=$(LD_TRACE_LOADED_OBJECTS=1 "$1/bin/java" | sed -n 's|^[[:space:]]*\(/[^ ]*\) (0x.*|\1|p')
    # shellcheck disable=SC2016  # expanded by the shell in there
    find -L "$1" -type f \( -perm -u+x -o -name '*.so' \) -exec sh -c '
        loader=$1; shift; for file; do "$loader" --list "$file" 2>/dev/null; done' sh "$loader" {} + |
        sed -n 's|^.*=> \(/[^ ]*\) (0x.*|\1|p; s|^[[:space:]]*\(/[^ ]*\) (0x.*|\1|p' |
        grep -v "^$1/" | sort -u
}

mkdir -p "$root"/{dev,etc,tmp}
chmod 1777 "$root/tmp"

put "$java"
mapfile -t libraries < <(needed_libraries "$(readlink -f "$java")")
# JDK 8 and 11 are not linked with this one, but look for a clock in it.
for library in "${libraries[@]}"; do
    if [[ $library == */libc.so.6 && -e ${library%/*}/librt.so.1 ]]; then
        libraries+=("${library%/*}/librt.so.1")
    fi
done
put "${libraries[@]}"
# A JDK finds its own libraries beside the program, but asks /proc where that is, and there is none inside (which is
# good: through /proc, processes of the same user outside would be a way out). So the loader's cache names them.
{
    find "$root$java" -name 'libj*.so' -printf "$java/%P\n" | sed 's|/[^/]*$||'
    printf '%s\n' "${libraries[@]%/*}"
} | sort -u >"$root/etc/ld.so.conf"
/sbin/ldconfig -r "$root"
# What runs inside a daemon. The monitor, jsgid-ctl and the module stay outside.
for part in "$image"/lib/*; do
    case ${part##*/} in
        supervisor | plugins) ;;
        *) put "$part" ;;
    esac
done

# Names for ids: Java asks for the name of its own user.
for user in "$@"; do
    getent passwd "$user"
done >"$root/etc/passwd"
for user in "$@"; do
    id -G "$user" | tr ' ' '\n' | xargs -r getent group | sed 's/^\([^:]*:[^:]*:[^:]*:\).*/\1/'
done | sort -u >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
if [[ -e /etc/localtime ]]; then
    put /etc/localtime
fi

device() {
    [[ -c $root/dev/$1 ]] || mknod -m 666 "$root/dev/$1" c 1 "$2"
}
device null 3
device zero 5
device random 8
device urandom 9
