# shellcheck shell=bash
# The Debian packages that jsgid is built, run and tested with: the one list. Sourced by quickstart.sh and test.sh.
#
# apache2-bin, not apache2: the latter starts a server on port 80, which is not ours to do.

PACKAGES_TO_BUILD=(
    apache2-bin apache2-dev libapr1-dev libaprutil1-dev
    gcc libc6-dev make
    maven openjdk-17-jdk-headless
    ca-certificates
)
# shellcheck disable=SC2034  # read by the scripts that source this
PACKAGES_TO_SHOW=("${PACKAGES_TO_BUILD[@]}" curl procps)
# shellcheck disable=SC2034
PACKAGES_TO_TEST=("${PACKAGES_TO_SHOW[@]}" libfcgi-bin check pkg-config clang-format cppcheck shellcheck util-linux
    binutils patchelf debian-archive-keyring mmdebstrap lintian)

# missing_packages NAME...: prints those that are not installed.
missing_packages() {
    local name
    for name in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
            echo "$name"
        fi
    done
}

# install_packages NAME...: installs those that are missing, or says how somebody who is root can.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        return 0
    fi
    if ((EUID != 0)); then
        echo "These Debian packages are missing, and only root can install them:" >&2
        echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
        return 1
    fi
    echo "Installing Debian packages: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        echo "apt-get failed:" >&2
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# bring_nginx DIR: unpacks nginx there unless it is installed. Not installed: that would start a server on port 80.
bring_nginx() {
    local dir=$1
    if [[ -x /usr/sbin/nginx || -x $dir/usr/sbin/nginx ]]; then
        return 0
    fi
    mkdir -p "$dir"
    (
        cd "$dir" || exit 1
        # As root apt would read the package as another user, who may not enter.
        apt-get -q -o APT::Sandbox::User=root download nginx-light >/dev/null 2>&1 &&
            dpkg-deb -x nginx-light_*.deb . && rm -f nginx-light_*.deb
    )
}
