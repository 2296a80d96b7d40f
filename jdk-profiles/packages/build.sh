#!/bin/bash
# Makes Debian packages of the image, with debhelper's commands. The same image, version and time make the same packages.
#
# One package for the module, the supervisor, the daemon's runtime, each servlet container, each plugin and the profiles:
# containers and plugins are those that the image has, so that a new one is packaged without a word here.
set -euo pipefail

if (($# != 6)); then
    echo "usage: build.sh IMAGE VERSION TIME JAVA WORK OUT: packages of IMAGE, made in WORK, in OUT; TIME is that of the" \
        "files, and JAVA the program that prints the manual page" >&2
    exit 2
fi
image=$1 java=$4 work=$5 out=$6
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A snapshot is before its release.
version=${2/-SNAPSHOT/\~snapshot}
SOURCE_DATE_EPOCH=$(date -d "$3" +%s)
export SOURCE_DATE_EPOCH
export LC_ALL=C.UTF-8 TZ=UTC
# What "Rules-Requires-Root: no" is to dpkg-buildpackage: nobody need be root, and the files in the packages are root's.
export DEB_RULES_REQUIRES_ROOT=no
umask 022

if ! command -v dh_builddeb >/dev/null || ! command -v dpkg-deb >/dev/null || ! command -v dh_apache2 >/dev/null; then
    echo "JSGID0880: no Debian packages are made: debhelper or dh_apache2 is missing (Debian: apache2-dev brings both)"
    exit 0
fi
for part in modules/mod_jsgid.so libexec/jsgid-launch libexec/jsgid-attach bin/jsgid-ctl lib/supervisor lib/daemon share/jdk.d; do
    if [[ ! -e $image/$part ]]; then
        echo "JSGID0881: no Debian packages are made: $image has no $part yet; build everything (mvn package)"
        exit 0
    fi
done

# What has not changed is not packaged again: the image, these scripts and what they say.
state=$({
    echo "$version $SOURCE_DATE_EPOCH"
    (cd "$image" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
    (cd "$here" && find . -path ./target -prune -o -type f -print0 | sort -z | xargs -0 sha256sum)
} | sha256sum)
if [[ -s $out/.made-of && $(<"$out/.made-of") == "$state" ]]; then
    exit 0
fi

rm -rf "$work/build" "$out"
mkdir -p "$work/build/debian" "$out"
cd "$work/build"
cp -p "$here"/debian/* debian/
# Java's name of this machine's architecture, which native libraries are sorted by.
native=$(dpkg --print-architecture)
native=${native/arm64/aarch64}

# names FOLDER: the folders below one of the image, by number: jdk8 before jdk11.
names() {
    find "$image/$1" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort -V
}
mapfile -t containers < <(names lib/containers)
mapfile -t plugins < <(names lib/plugins)

# --- debian/control, debian/changelog ---------------------------------------------------------------------------------

list_of() {
    local prefix=$1 name text=
    shift
    for name in "$@"; do
        text+=" $prefix$name (= \${binary:Version}),"
    done
    echo "$text"
}
sed -e "s|@CONTAINERS@|$(list_of jsgid- "${containers[@]}")|" -e "s|@PLUGINS@|$(list_of jsgid-plugin- "${plugins[@]}")|" \
    debian/control.in >debian/control
for name in "${containers[@]}"; do
    sed "s|@NAME@|$name|g; s|@NUMBER@|${name//[!0-9]/}|g" debian/control-container.in
done >>debian/control
for name in "${plugins[@]}"; do
    sed "s|@NAME@|$name|g; s|@NUMBER@|${name//[!0-9]/}|g" debian/control-plugin.in
done >>debian/control
rm debian/*.in
printf 'jsgid (%s) unstable; urgency=medium\n\n  * Built from the sources of this version.\n\n -- %s  %s\n' "$version" \
    "$(sed -n 's/^Maintainer: //p' debian/control)" "$(date -R -d "@$SOURCE_DATE_EPOCH")" >debian/changelog

# --- what is in each package ------------------------------------------------------------------------------------------

# put PACKAGE SOURCE TARGET: a file or folder of the image into a folder of the package.
put() {
    mkdir -p "debian/$1/$3"
    cp -rp "$image/$2" "debian/$1/$3/"
}

# link PACKAGE TARGET NAME: a link, relative as policy wants it.
link() {
    mkdir -p "debian/$1/${3%/*}"
    ln -s "$(realpath -m --relative-to="/${3%/*}" "/$2")" "debian/$1/$3"
}

# One tree for JsgiHome, /usr/lib/jsgid; what is the same on all machines is in /usr/share/jsgid, with links to it.
shared() {
    put "$1" "$2" "usr/share/jsgid/${2%/*}"
    link "$1" "usr/share/jsgid/$2" "usr/lib/jsgid/$2"
}

put libapache2-mod-jsgid modules/mod_jsgid.so usr/lib/jsgid/modules
put libapache2-mod-jsgid libexec usr/lib/jsgid
link libapache2-mod-jsgid usr/lib/jsgid/modules/mod_jsgid.so usr/lib/apache2/modules/mod_jsgid.so

shared jsgid-supervisor lib/supervisor
rm -r debian/jsgid-supervisor/usr/share/jsgid/lib/supervisor/native
put jsgid-supervisor "lib/supervisor/native/$native" usr/lib/jsgid/native
link jsgid-supervisor usr/lib/jsgid/native usr/share/jsgid/lib/supervisor/native
put jsgid-supervisor bin/jsgid-ctl usr/lib/jsgid/bin
link jsgid-supervisor usr/lib/jsgid/bin/jsgid-ctl usr/bin/jsgid-ctl
link jsgid-supervisor usr/share/jsgid usr/lib/jsgid/share
for file in "$image"/share/*; do
    [[ -d $file ]] || put jsgid-supervisor "share/${file##*/}" usr/share/jsgid
done

shared jsgid-daemon lib/daemon
for name in "${containers[@]}"; do
    shared "jsgid-$name" "lib/containers/$name"
done
for name in "${plugins[@]}"; do
    shared "jsgid-plugin-$name" "lib/plugins/$name"
done

put jsgid-jdk-profiles share/jdk.d usr/share/jsgid
mkdir -p debian/jsgid-jdk-profiles/etc/jsgid/jdk.d
install -D -m 0755 debian/jsgid-jdk-scan debian/jsgid-jdk-profiles/usr/lib/jsgid/libexec/jsgid-jdk-scan
mkdir -p debian/jsgid

pages() {
    "$java" -XX:TieredStopAtLevel=1 -cp "$image/lib/supervisor/*" org.jsgid.supervisor.ctl.CommandPages "$1"
}
pages man >debian/jsgid-ctl.1
echo debian/jsgid-ctl.1 >debian/jsgid-supervisor.manpages
mkdir -p debian/jsgid-supervisor/usr/share/bash-completion/completions
pages bash | tail -n +2 >debian/jsgid-supervisor/usr/share/bash-completion/completions/jsgid-ctl

# Nothing of the image may be missing from the packages.
packaged=$(cd debian && find ./*/usr -type f | sed 's|.*/||' | sort -u)
for file in $(cd "$image" && find . -type f -not -path './lib/supervisor/native/*' | sed 's|.*/||'); do
    if ! grep -qxF -- "$file" <<<"$packaged"; then
        echo "JSGID0882: the packages lack $file of the image; build.sh has to say which one it belongs to" >&2
        exit 1
    fi
done

# --- licences ---------------------------------------------------------------------------------------------------------

# licence_text NAME: a paragraph of debian/copyright with the whole text.
licence_text() {
    printf '\nLicense: %s\n' "$1"
    sed -e 's/^$/./' -e 's/^/ /' "$here/licences/$1"
}

# Each package names the licences of what is in it; a library that none is known of stops the build.
for package in debian/*/; do
    package=${package%/} name=${package##*/}
    kind=jsgid
    case $name in
        jsgid-supervisor) kind=supervisor ;;
        *) [[ -d $package/usr/share/jsgid/lib/containers ]] && kind=container ;;
    esac
    {
        cat "$here/licences/copyright.jsgid"
        case $kind in
            supervisor) cat "$here/licences/copyright.supervisor" ;;
            container) cat "$here/licences/copyright.container" ;;
        esac
        for licence in EPL-2.0 CDDL-1.0 MIT; do
            grep -qE "^License: .*$licence" "$here/licences/copyright.$kind" && licence_text "$licence"
        done
        cat "$here/licences/copyright.common"
    } >"debian/$name.copyright"
    mapfile -t known < <(sed -n 's/^Files: //p' "debian/$name.copyright" | tail -n +2 | tr ' ' '\n')
    while read -r jar; do
        found=no
        for pattern in "${known[@]}"; do
            # shellcheck disable=SC2053  # a pattern
            [[ ${jar##*/} == ${pattern##*/} ]] && found=yes
        done
        if [[ $found == no && ${jar##*/} != *-"$2".jar ]]; then
            echo "JSGID0883: nothing is known of the licence of $jar; licences/copyright.$kind has to say it" >&2
            exit 1
        fi
    done < <(find "$package" -name '*.jar')
done

# --- debhelper --------------------------------------------------------------------------------------------------------

find debian -mindepth 2 -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package() {
    dh_installdocs
    dh_installchangelogs
    dh_installman
    # Scripts of our own: a graceful restart is enough for this module, and no request fails.
    dh_apache2 --noscripts
    dh_installsystemd --name=jsgid-jdk-scan --no-stop-on-upgrade --no-start
    dh_lintian
    dh_compress
    dh_fixperms
    dh_strip --no-automatic-dbgsym
    dh_shlibdeps
    dh_installdeb
    dh_gencontrol
    dh_md5sums
    # Jars are compressed already.
    dh_builddeb --destdir="$out" -- -Zgzip -z1
}
# In a shell of its own, since "set -e" does not hold in a condition.
export -f package
export out
if ! bash -e -c package >"$work/build.log" 2>&1 </dev/null; then
    cat "$work/build.log" >&2
    exit 1
fi
echo "$state" >"$out/.made-of"
