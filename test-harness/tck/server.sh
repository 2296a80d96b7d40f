#!/bin/bash
# The server that the Servlet TCK is run against: a private Apache with one daemon group. Called by run.sh, and by the
# harness for each application:
#
#   server.sh start|stop
#   server.sh deploy CONTEXT WAR     returns when the application is served
#   server.sh undeploy CONTEXT       takes effect with the next deployment
#
# Settings are variables: TCK_DIR (its folder), TCK_PORT, TCK_IMAGE (a built image), TCK_RUNTIME (of the group).
set -euo pipefail

dir=${TCK_DIR:?a folder of its own, for example /var/tmp/jsgid-tck}
port=${TCK_PORT:?a free port}
modules=/usr/lib/apache2/modules

ctl() {
    "$dir/jsgid/bin/jsgid-ctl" --run-dir "$dir/run" --profile-dir "$dir/jdk.d" "$@"
}

httpd() {
    /usr/sbin/apache2 -d "$dir" -f "$dir/httpd.conf" "$@"
}

configuration() {
    cat <<END
ServerRoot "$dir"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile httpd.pid
DefaultRuntimeDir .
ErrorLog error.log
DocumentRoot "$dir/htdocs"
TypesConfig /dev/null
# A test waits for two minutes, and so does a request of it.
Timeout 300
StartServers 1
ThreadsPerChild 25
MinSpareThreads 5
MaxSpareThreads 50
MaxRequestWorkers 50
AllowEncodedSlashes NoDecode
END
    local module
    for module in mpm_event authz_core alias mime env; do
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    echo "LoadModule jsgid_module $dir/jsgid/modules/mod_jsgid.so"
    if ((EUID == 0)); then
        printf 'User www-data\nGroup www-data\n'
    fi
    cat <<END
JsgiHome "$dir/jsgid"
JsgiRunDir "$dir/run"
JsgiProfileDir "$dir/jdk.d"
<Location />
    JsgiPassAuthorization on
</Location>
<JsgiDaemonGroup tck>
    JsgiRuntime ${TCK_RUNTIME:-17}
    JsgiGracefulTimeout 1
    JsgiJavaOptions -Dservlet.tck.support.http2Push=false -Dservlet.tck.support.crossContext=true
    JsgiServletOption container tomcat11
    JsgiServletOption connector.allowedTrailerHeaders myTrailer,myTrailer2
    JsgiServletOption context.defaultContextXml "$dir/context.xml"
    JsgiServletOption context.defaultWebXml "$dir/web.xml"
END
    if ((EUID == 0)); then
        echo "    JsgiUser daemon"
    fi
    echo "</JsgiDaemonGroup>"
    local file
    for file in "$dir"/deployed/*; do
        if [[ -f $file ]]; then
            echo "JsgiScriptAlias /${file##*/} \"$(<"$file")\" process-group=tck"
        fi
    done
}

# What the TCK asks of a container (its user guide), said the way an administrator would.
container_settings() {
    cat >"$dir/users.xml" <<END
<tomcat-users>
  <user username="j2ee" password="j2ee" roles="Administrator,Employee"/>
  <user username="javajoe" password="javajoe" roles="VP,Manager"/>
</tomcat-users>
END
    cat >"$dir/context.xml" <<END
<Context crossContext="true" resourceOnlyServlets="jsp" alwaysAccessSession="true"
         contextGetResourceRequiresSlash="true" useRelativeRedirects="false">
  <Manager pathname="" sessionActivityCheck="true" sessionLastAccessAtStart="true"/>
  <Realm className="org.apache.catalina.realm.MemoryRealm" pathname="$dir/users.xml"/>
</Context>
END
    cat >"$dir/web.xml" <<END
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.1">
  <locale-encoding-mapping-list>
    <locale-encoding-mapping><locale>ja</locale><encoding>Shift_JIS</encoding></locale-encoding-mapping>
  </locale-encoding-mapping-list>
</web-app>
END
}

generation() {
    ctl status tck 2>/dev/null | awk '$1 == "tck" { print $7; exit }'
}

# Whether the application at that mount is what the generation that serves has loaded, or refused.
is_served() {
    ctl status tck 2>/dev/null | awk -v mount="$1" -v before="$2" '
        $1 == "tck" && $2 != "process" { generation = $7 } # a slow start has a line of its own
        $1 == mount && ($3 == "loaded" || $3 == "rejected") { found = 1 }
        END { exit !(found && generation > before) }'
}

deploy() {
    local context=$1 war=$2 before
    chmod 644 "$war"
    before=$(generation)
    echo "$war" >"$dir/deployed/${context#/}"
    configuration >"$dir/httpd.conf.new"
    if cmp -s "$dir/httpd.conf.new" "$dir/httpd.conf"; then
        ctl restart tck >/dev/null
    else
        mv "$dir/httpd.conf.new" "$dir/httpd.conf"
        httpd -k graceful
    fi
    local end=$((SECONDS + 110))
    until is_served "$context" "${before:-0}"; do
        if ((SECONDS > end)); then
            echo "server.sh: $context is not served; see $dir/error.log" >&2
            return 1
        fi
        sleep 0.1
    done
}

case ${1:-} in
    start)
        mkdir -p "$dir"/{jdk.d,htdocs,deployed,wars}
        chmod 755 "$dir"
        rm -rf "$dir/jsgid" "$dir"/deployed/*
        cp -R "${TCK_IMAGE:?a built image}" "$dir/jsgid"
        chmod -R go+rX "$dir/jsgid"
        ctl jdk scan >"$dir/scan.log" 2>&1
        container_settings
        configuration >"$dir/httpd.conf"
        httpd -k start
        ;;
    stop) httpd -k stop ;;
    deploy) deploy "$2" "$3" ;;
    undeploy) rm -f "$dir/deployed/${2#/}" ;;
    *)
        echo "usage: server.sh start | stop | deploy CONTEXT WAR | undeploy CONTEXT" >&2
        exit 2
        ;;
esac
