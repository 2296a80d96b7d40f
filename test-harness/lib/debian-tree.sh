#!/bin/bash
# Makes an archive of a fresh Debian tree, of this machine's release: the smallest one, with the packages that a test will
# install lying in apt's cache, so that it needs no network then.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: debian-tree.sh ARCHIVE PACKAGE...

  ARCHIVE  the archive to make (.tar); one that is there is left as it is
  PACKAGE  what is to be in apt's cache with all that it depends on

Root only. Packages come from the mirror that this machine's apt uses, checked against the Debian archive's keys. The exit
status is 75 when they cannot be had from there.
TEXT
}

if [[ ${1:-} == --help ]]; then
    usage
    exit 0
fi
if (($# < 2)); then
    usage >&2
    exit 2
fi
archive=$1
shift
mkdir -p "${archive%/*}"
exec 9>"$archive.lock"
flock 9
if [[ -e $archive ]]; then
    exit 0
fi

release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# The sources of this machine that are Debian's, updates and security too; other vendors' have other releases' names.
# shellcheck disable=SC2016  # apt expands these
sources=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" -v keyring="$keyring" \
        '$2 ~ "^" release "(-updates|-security|/updates)?$" && $3 == "main" { print "deb [signed-by=" keyring "]", $0 }' |
    sort -u)
if [[ -z $sources ]]; then
    echo "debian-tree.sh: this machine's apt sources name no mirror of $release main (try: apt-get indextargets)" >&2
    exit 1
fi
# How this machine reaches mirrors.
options=(--aptopt='Acquire::Retries "3"')
while IFS= read -r line; do
    options+=(--aptopt="$line")
done < <(apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries)' || true)

# Folders with names of their own, so that two runs do not meet; the archive gets its name when it is complete.
work=$(mktemp -d "$archive.XXXXXX")
trap 'rm -rf "$work"' EXIT
export PACKAGES="$*"
# shellcheck disable=SC2016  # mmdebstrap's shell expands these
if ! mmdebstrap --mode=root --variant=minbase --include=ca-certificates --skip=cleanup/apt "${options[@]}" \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' \
    --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --yes install --download-only $PACKAGES' \
    "$release" "$work/tree.tar" - <<<"$sources"; then
    exit 75
fi
mv "$work/tree.tar" "$archive"
