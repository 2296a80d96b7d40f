"""Measures cold starts: from the start of a JVM's process to its first answer. Called by start.sh.

A daemon is started as its launcher does: the listening socket on descriptor 0, the management connection on 3. What
the monitor says is said here, and the first request is sent when the daemon is ready.
"""

import argparse
import contextlib
import csv
import json
import os
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

DEADLINE = 120


def record(kind, content):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def pairs(parameters):
    text = b""
    for name, value in parameters.items():
        name, value = name.encode(), value.encode()
        for part in (name, value):
            size = len(part)
            text += bytes([size]) if size < 128 else struct.pack(">I", size | 0x80000000)
        text += name + value
    return text


def fastcgi(path, parameters):
    """The answer's content to one request."""
    answer, rest = b"", b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(path)
        begin = record(1, struct.pack(">HB5x", 1, 0))
        connection.sendall(begin + record(4, pairs(parameters)) + record(4, b"") + record(5, b""))
        while piece := connection.recv(65536):
            rest += piece
            while len(rest) >= 8:
                _, kind, _, size, padding, _ = struct.unpack(">BBHHBB", rest[:8])
                if len(rest) < 8 + size + padding:
                    break
                if kind == 6:
                    answer += rest[8 : 8 + size]
                if kind == 3:
                    return answer
                rest = rest[8 + size + padding :]
    return answer


def figures(pid):
    """Proportional set size in MiB, and CPU time in ms."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
        pss = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    with open(f"/proc/{pid}/stat", encoding="ascii") as line:
        fields = line.read().rsplit(")", 1)[1].split()
    return pss / 1024, (int(fields[11]) + int(fields[12])) * 10


class Daemon:
    """A daemon from its start to its end."""

    def __init__(self, command, home, work, application, archives=""):
        self.path = os.path.join(work, "daemon.sock")
        self.application = application
        if os.path.exists(self.path):
            os.unlink(self.path)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(100)
        self.management, other = socket.socketpair()
        self.management.sendall(
            (
                "group name=bench generation=1 number=1 processes=1 multiprocess=no threads=15 queue-limit=100"
                f" queue-timeout=45 request-timeout=0 graceful-timeout=5 shutdown-timeout=5 threading=platform"
                f" temporary={work}/tmp archives={archives} home={home}\n"
                f"application file={application} mount=/app application-group= preload=yes\nstart\n"
            ).encode()
        )

        def place_descriptors():
            os.dup2(other.fileno(), 100)
            os.dup2(listener.fileno(), 0)
            os.dup2(100, 3)
            os.close(100)

        with open(os.path.join(work, "log"), "ab") as log:
            self.began = time.monotonic()
            self.process = subprocess.Popen(
                command,
                preexec_fn=place_descriptors,
                close_fds=False,
                stdout=log,
                stderr=log,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            )
        other.close()
        listener.close()
        self.ready = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            with self.management.makefile("r") as lines:
                for line in lines:
                    if line.startswith("rejected"):
                        print(line, file=sys.stderr)
                    if line.startswith("ready"):
                        self.ready.set()
        except OSError:
            pass

    def first_answer(self):
        if not self.ready.wait(DEADLINE):
            sys.exit("the daemon does not become ready")
        answer = fastcgi(
            self.path,
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_FILENAME": self.application,
                "SCRIPT_NAME": "/app",
                "PATH_INFO": "/",
                "REQUEST_URI": "/app/",
                "QUERY_STRING": "",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "REMOTE_ADDR": "127.0.0.1",
                "REQUEST_SCHEME": "http",
                "HTTP_HOST": "localhost",
            },
        )
        return answer, (time.monotonic() - self.began) * 1000

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.management.close()


class Tomcat:
    """A stock Tomcat from its start to its end."""

    def __init__(self, command, work, application):
        shutil.rmtree(os.path.join(work, "tomcat"), ignore_errors=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(os.path.join(work, "log"), "ab") as log:
            self.began = time.monotonic()
            self.process = subprocess.Popen(
                command + [os.path.join(work, "tomcat"), application, str(self.port)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def first_answer(self):
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
                    connection.sendall(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    answer = b""
                    while piece := connection.recv(65536):
                        answer += piece
                    if b" 200 " in answer.split(b"\r\n")[0]:
                        return answer, (time.monotonic() - self.began) * 1000
            except ConnectionError:
                if time.monotonic() - self.began > DEADLINE or self.process.poll() is not None:
                    sys.exit("Tomcat does not answer")
            time.sleep(0.002)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measured(subject, expected):
    answer, millis = subject.first_answer()
    if expected.encode() not in answer:
        sys.exit(f"not the answer that was expected: {answer[:200]!r}")
    pss, cpu = figures(subject.process.pid)
    subject.end()
    return {"millis": millis, "cpu": cpu, "pss": pss}


class Jdk:
    """One JDK, the command lines of its daemons, and the archives that are made of them."""

    def __init__(self, options, feature, home):
        self.options = options
        self.feature = feature
        self.home = home
        self.work = os.path.join(options.work, feature)
        self.archives = os.path.join(self.work, "archives")
        for folder in ("tmp", "archives"):
            os.makedirs(os.path.join(self.work, folder), exist_ok=True)

    def plan(self, mode, file="/nonexistent"):
        command = [self.options.java, "-cp", f"{self.options.home}/lib/supervisor/*", self.options.plan]
        words = command + [self.options.home, self.home, self.feature, mode, file, f"{self.work}/tmp"]
        kind, *line = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        return kind, line

    def archive(self, name, application):
        """Has an archive made as a monitor does; None where this JDK has none."""
        recording, made = f"{self.work}/{name}.recording", f"{self.work}/{name}.archive"
        kind, line = self.plan("RECORD", recording)
        if kind == "NONE":
            return None
        daemon = Daemon(line, self.options.home, self.work, application, self.archives)
        daemon.first_answer()
        # The counters of the first second come from classes that the next start needs too.
        time.sleep(1.5)
        plain = self.plan("NONE")[1][:-1]
        run = None
        if kind == "DYNAMIC":
            self.ask(daemon, f"VM.cds dynamic_dump {made}")
        elif kind == "AOT":
            self.ask(daemon, "AOT.end_recording")
            run = ["-XX:AOTMode=create", f"-XX:AOTConfiguration={recording}", f"-XX:AOTCache={made}"]
        else:
            run = ["-Xshare:dump", f"-XX:SharedClassListFile={recording}", f"-XX:SharedArchiveFile={made}"]
        if run:
            subprocess.run(
                plain[:1] + run + plain[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        daemon.end()
        return self.plan("USE", made)[1]

    def ask(self, daemon, command):
        words = [f"{self.home}/bin/jcmd", str(daemon.process.pid), *command.split(" ")]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def stock_command(options, feature, home):
    """The command line of a stock Tomcat."""
    opens = []
    if int(feature) >= 9:
        for package in ("java.lang", "java.io", "java.util", "java.util.concurrent"):
            opens.append(f"--add-opens=java.base/{package}=ALL-UNNAMED")
    return [f"{home}/bin/java", "-Xmx256m", *opens, "-cp", options.tomcat, "StockStart"]


@contextlib.contextmanager
def reported_when_ended(report):
    """Whatever ends it (SIGTERM of timeout(1), too), what has been measured is reported."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before all was measured"))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        report()


def write_rows(rows, options):
    if not rows:
        return
    if options.csv:
        with open(options.csv, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


def main():
    parser = argparse.ArgumentParser()
    for name in ("home", "java", "plan", "work", "hello", "jar", "war", "tomcat", "csv", "json"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("jdk", nargs="+", help="FEATURE=HOME")
    options = parser.parse_args()
    applications = {
        "hello": (options.hello, "java.version="),
        "jar": (options.jar, "java.version="),
        "war": (options.war, "Water the plants"),
    }
    jdks = [Jdk(options, *each.split("=", 1)) for each in options.jdk]
    rows = []
    with reported_when_ended(lambda: finish(rows, options)):
        for jdk in jdks:
            for name, (application, expected) in applications.items():
                archive = jdk.archive(name, application)
                plain = jdk.plan("NONE")[1]
                for turn in range(options.rounds):
                    subjects = {
                        # Compiled source files are kept with the archives: without those it is compiled.
                        "none": lambda: Daemon(plain, options.home, jdk.work, application),
                        "ours": lambda: Daemon(archive or plain, options.home, jdk.work, application, jdk.archives),
                    }
                    if name == "war":
                        subjects["tomcat"] = lambda: Tomcat(
                            stock_command(options, jdk.feature, jdk.home), jdk.work, application
                        )
                    for subject, start in subjects.items():
                        row = {"jdk": jdk.feature, "application": name, "subject": subject, "round": turn}
                        rows.append(row | measured(start(), expected))


def finish(rows, options):
    report(rows)
    write_rows(rows, options)


def median(rows, jdk, name, subject, figure):
    found = [r[figure] for r in rows if (r["jdk"], r["application"], r["subject"]) == (jdk, name, subject)]
    return statistics.median(found) if found else None


def report(rows):
    jdks = list(dict.fromkeys(row["jdk"] for row in rows))
    titles = {
        "hello": "(a) the JSGI hello, a .java file",
        "jar": "(a) the JSGI hello, a jar",
        "war": "(b) a web application of 14 MiB",
    }
    for name, title in titles.items():
        subjects = ["none", "ours"] + (["tomcat"] if name == "war" else [])
        print(f"\n{title}: ms to the first answer | CPU time, ms | proportional set size, MiB")
        print("JDK  " + "".join(f"{subject:>9}" for subject in subjects) + "  ours/none", end="")
        print("  ours/tomcat |" if name == "war" else " |", end="")
        print("".join(f"{subject:>8}" for subject in subjects) + " |" + "".join(f"{s:>8}" for s in subjects))
        for jdk in jdks:
            times = [median(rows, jdk, name, subject, "millis") for subject in subjects]
            if None in times:
                # Ended before.
                continue
            line = f"{jdk:>3}  " + "".join(f"{each:9.0f}" for each in times) + f"{times[1] / times[0]:11.2f}"
            line += f"{times[1] / times[2]:13.2f} |" if name == "war" else " |"
            for figure in ("cpu", "pss"):
                line += "".join(f"{median(rows, jdk, name, each, figure):8.0f}" for each in subjects)
                line += " |" if figure == "cpu" else ""
            print(line)


if __name__ == "__main__":
    main()
