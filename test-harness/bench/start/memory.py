"""Measures what daemons, monitors and a stock Tomcat take of memory. Called by memory.sh."""

import argparse
import glob
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time

from cold import Tomcat, figures, reported_when_ended, stock_command, write_rows

DEADLINE = 180
REQUESTS = 100
# The heap has its size and the JIT compiler is done then, on a machine that has nothing else to do.
REST = 2


def await_value(what, probe):
    end = time.monotonic() + DEADLINE
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            sys.exit(f"waited in vain for {what}")
        time.sleep(0.1)


def get(port, path):
    """The content of an answer, or nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        return content if answer.status == 200 else b""
    except OSError:
        return b""
    finally:
        connection.close()


def ask(port, path, expected):
    await_value(f"the right answer of {path}", lambda: expected in get(port, path))
    for _ in range(REQUESTS):
        if expected not in get(port, path):
            sys.exit(f"{path} answered wrongly")
    time.sleep(REST)


class Apache:
    """A private Apache with one group, which holds one application."""

    def __init__(self, options, home, application):
        self.options = options
        self.root = os.path.join(options.work, "server")
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(os.path.join(self.root, "jdk.d"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for name, lines in {"bench": [home], "supervisor": [options.supervisor, "priority = -1"]}.items():
            with open(f"{self.root}/jdk.d/{name}.conf", "w", encoding="ascii") as file:
                file.write("\n".join([f"home = {lines[0]}", *lines[1:]]) + "\n")
        with open(f"{self.root}/httpd.conf", "w", encoding="ascii") as file:
            file.write("\n".join(self.configuration(application)) + "\n")
        self.control("start")

    def configuration(self, application):
        modules = "/usr/lib/apache2/modules"
        accounts = os.geteuid() == 0
        return [
            f'ServerRoot "{self.root}"',
            "ServerName 127.0.0.1",
            f"Listen 127.0.0.1:{self.port}",
            "PidFile httpd.pid",
            "DefaultRuntimeDir .",
            "ErrorLog error.log",
            *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in ("mpm_event", "authz_core", "mime")),
            "TypesConfig /dev/null",
            *(["User www-data", "Group www-data"] if accounts else []),
            f'LoadModule jsgid_module "{self.options.home}/modules/mod_jsgid.so"',
            f'JsgiHome "{self.options.home}"',
            f'JsgiRunDir "{self.root}/run"',
            f'JsgiProfileDir "{self.root}/jdk.d"',
            "JsgiSupervisorRuntime supervisor",
            # After the first measurement: making an archive takes memory.
            "JsgiArchiveAfter 5",
            "<JsgiDaemonGroup bench>",
            "    JsgiRuntime bench",
            *(["    JsgiUser nobody"] if accounts else []),
            "</JsgiDaemonGroup>",
            f'JsgiScriptAlias /app "{application}" process-group=bench',
        ]

    def control(self, word):
        subprocess.run(
            ["/usr/sbin/apache2", "-d", self.root, "-f", f"{self.root}/httpd.conf", "-k", word], check=True
        )

    def ctl(self, *words):
        command = [f"{self.options.home}/bin/jsgid-ctl", "--run-dir", f"{self.root}/run", *words]
        environment = os.environ | {"JAVA_HOME": self.options.supervisor}
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def status(self):
        return json.loads(self.ctl("status", "--json"))

    def measured(self):
        status = self.status()
        [daemon] = [each for each in status["groups"][0]["processes"] if each["state"] == "ready"]
        [monitor] = [each for each in status["monitors"] if "pid" in each]
        with open(f"/proc/{daemon['pid']}/stat", encoding="ascii") as line:
            keeper = int(line.read().rsplit(")", 1)[1].split()[1])
        return {
            "archive": daemon.get("archive", {}).get("state", "none"),
            "daemon": figures(daemon["pid"])[0] + figures(keeper)[0],
            "monitor": figures(monitor["pid"])[0],
        }

    def renew(self):
        """Waits for the archive, where there is one, and starts the next process from it."""
        folder = f"{self.root}/run/cache/archives/bench"
        has_archive = self.measured()["archive"] == "recording"
        if has_archive:
            await_value(
                "an archive",
                lambda: glob.glob(f"{folder}/*.archive")
                and not glob.glob(f"{folder}/*.recording")
                and not glob.glob(f"{folder}/*.new"),
            )
        self.ctl("restart", "bench")
        await_value("the former process to end", lambda: len(self.status()["groups"][0]["processes"]) == 1)

    def end(self):
        with open(f"{self.root}/httpd.pid", encoding="ascii") as file:
            pid = int(file.read())
        self.control("stop")
        await_value("Apache to stop", lambda: not os.path.exists(f"/proc/{pid}"))


def served(options, home, application, expected):
    """What daemon and monitor take: after the first start, and after one from an archive."""
    server = Apache(options, home, application)
    try:
        ask(server.port, "/app/", expected)
        first = server.measured()
        server.renew()
        ask(server.port, "/app/", expected)
        later = server.measured()
    finally:
        server.end()
    figures_of_both = {"first": first["daemon"], "later": later["daemon"]}
    return figures_of_both | {"archive": later["archive"], "monitor": later["monitor"]}


def stock(options, feature, home, application, expected):
    subject = Tomcat(stock_command(options, feature, home), options.work, application)
    try:
        subject.first_answer()
        ask(subject.port, "/app/", expected)
        return {"stock": figures(subject.process.pid)[0]}
    finally:
        subject.end()


def report(rows):
    titles = {"jar": "(a) the JSGI hello", "war": "(b) a web application of 14 MiB"}
    for name, title in titles.items():
        found = [row for row in rows if row["application"] == name]
        print(f"\n{title}: proportional set size, MiB, at rest after {REQUESTS} requests")
        print("JDK  daemon, first start    from then on  archive    monitor", end="")
        print("    stock Tomcat" if name == "war" else "")
        for jdk in dict.fromkeys(row["jdk"] for row in found):
            own = [row for row in found if row["jdk"] == jdk]
            middle = {
                figure: statistics.median(row[figure] for row in own)
                for figure in ("first", "later", "monitor", "stock")
                if own[0][figure] != ""
            }
            line = f"{jdk:>3}{middle['first']:21.0f}{middle['later']:16.0f}  {own[0]['archive']:<8}"
            print(line + f"{middle['monitor']:10.0f}" + (f"{middle['stock']:16.0f}" if name == "war" else ""))


def main():
    parser = argparse.ArgumentParser()
    for name in ("home", "supervisor", "work", "jar", "war", "tomcat", "csv", "json"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("jdk", nargs="+", help="FEATURE=HOME")
    options = parser.parse_args()
    applications = {"jar": (options.jar, b"java.version="), "war": (options.war, b"Water the plants")}
    rows = []
    with reported_when_ended(lambda: finish(rows, options)):
        for turn in range(options.rounds):
            for each in options.jdk:
                feature, home = each.split("=", 1)
                for name, (application, expected) in applications.items():
                    row = {"jdk": feature, "application": name, "round": turn, "stock": ""}
                    row |= served(options, home, application, expected)
                    if name == "war":
                        row |= stock(options, feature, home, application, expected)
                    rows.append(row)


def finish(rows, options):
    report(rows)
    write_rows(rows, options)


main()
