"""Several machines on one: trainings in ranks and a Spark cluster over network namespaces, and what happens when a machine falls silent.

    mvn -DskipTests package
    sudo python3 deploy/machines.py ranks            # or: spark, or both; --only WORD for some of it, --list for what there is

Each machine has an address (10.77.0.x, fd77::x), a hostname, /etc/hosts, /tmp, libtorch's cache and a working folder of its own; cables (veth) lead to a
switch (bridge), and one folder is shared by all. Linux with iproute2 and util-linux, as root. All of it lies in
namespaces of this program and is gone with it, however it ends; the folder of files is removed at the end, unless --keep.
"""

import argparse
import ctypes
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

here = pathlib.Path(__file__).resolve().parent.parent
failures = 0


def said(good, what, note=""):
    global failures
    failures += not good
    print(f"{'ok ' if good else 'bad'} {what}{': ' if note else ''}{note}", flush=True)


def sh(*command):
    subprocess.run([str(part) for part in command], check=True)


class Process:
    """A program on a machine; what it says is in a file."""

    def __init__(self, machine, name, command, env):
        self.log = machine.folder / f"{name}.txt"
        self.name = name
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                machine.inside + [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **env}
            )

    def text(self):
        return self.log.read_text(errors="replace")

    def wait(self, seconds):
        """The exit code; None where it had to be killed."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        self.process.kill()
        self.process.wait()


class Machine:
    """A computer on the switch."""

    def __init__(self, folder, name, number):
        self.name, self.number = name, number
        self.address, self.address6 = f"10.77.0.{number}", f"fd77::{number}"
        self.folder = folder / name
        self.cable = f"to-{name}"
        for part in ("tmp", "local"):
            (self.folder / part).mkdir(parents=True)
        cache = pathlib.Path.home() / ".javacpp"
        cache.mkdir(exist_ok=True)
        shutil.copytree(cache, self.folder / "javacpp", symlinks=True)  # each would unpack libtorch, which takes a minute where all do
        os.chmod(self.folder / "tmp", 0o1777)
        self.holder = subprocess.Popen(["unshare", "--net", "--uts", "--mount", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/mnt")
        while os.readlink(f"/proc/{self.holder.pid}/ns/mnt") == own:
            time.sleep(0.01)
        self.inside = ["nsenter", "-t", str(self.holder.pid), "-n", "-u", "-m", f"--wd={self.folder}"]
        sh("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.holder.pid)
        sh("ip", "link", "set", self.cable, "master", "switch", "up")
        self.do("hostname", name)
        self.do("ip", "link", "set", "lo", "up")
        self.do("ip", "link", "set", "eth0", "up")
        self.do("ip", "addr", "add", f"{self.address}/24", "dev", "eth0")
        self.do("ip", "addr", "add", f"{self.address6}/64", "dev", "eth0", "nodad")
        self.do("mount", "--bind", self.folder / "javacpp", cache)
        self.do("mount", "--bind", self.folder / "tmp", "/tmp")
        self.do("mount", "--bind", self.folder / "local", folder / "local")

    def do(self, *command):
        sh(*self.inside, *command)

    def names(self, lines):
        """Replaces /etc/hosts."""
        file = self.folder / "hosts"
        fresh = not file.exists()
        file.write_text("".join(line + "\n" for line in ["127.0.0.1 localhost", "::1 localhost", *lines]))
        if fresh:
            self.do("mount", "--bind", file, "/etc/hosts")

    def silence(self, how):
        """Nothing reaches the machine or leaves it, and no one is told."""
        if how == "cable":
            sh("ip", "link", "set", self.cable, "down")
        else:  # the link stays, and leads nowhere
            sh("ip", "link", "set", self.cable, "nomaster")

    def speak(self, how):
        if how == "cable":
            sh("ip", "link", "set", self.cable, "up")
        else:
            sh("ip", "link", "set", self.cable, "master", "switch")

    def lose_sight(self, *others):
        """What it sends to these machines is lost, as behind a firewall that drops."""
        for other in others:
            self.do("ip", "neigh", "replace", other.address, "lladdr", "02:00:00:00:00:99", "nud", "permanent", "dev", "eth0")

    def see(self, *others):
        for other in others:
            self.do("ip", "neigh", "del", other.address, "dev", "eth0")


def network(folder, names):
    """A switch with machines at it, which know each other by name."""
    (folder / "shared").mkdir(exist_ok=True)
    (folder / "local").mkdir(exist_ok=True)
    sh("ip", "link", "set", "lo", "up")
    sh("ip", "link", "add", "switch", "type", "bridge")
    sh("ip", "link", "set", "switch", "up")
    machines = [Machine(folder, name, number) for number, name in enumerate(names, 1)]
    usual(machines)
    return machines


def usual(machines):
    for machine in machines:
        machine.names(f"{other.address} {other.name}" for other in machines)


def as_debian(machines):
    """Each knows its own name by an address of its own loopback, as Debian and Ubuntu set it up."""
    for machine in machines:
        machine.names(f"{'127.0.1.1' if other is machine else other.address} {other.name}" for other in machines)


def picture(file, shade, number):
    """A small PNG: stripes whose direction is the class."""
    side = 32
    rows = b""
    for y in range(side):
        rows += b"\0"
        for x in range(side):
            at = (x, y, x + y, x - y)[shade % 4]
            value = 128 + 100 * (1 if (at // 4 + number) % 2 else -1) + (x * 7 + y * 13 + number * 31) % 23
            rows += bytes((value, (value + 20 * number) % 256, 255 - value))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pictures(folder, each=12):
    for shade in range(3):
        for number in range(each):
            picture(folder / "train" / f"class-{shade}" / f"{number:02}.png", shade, number)
        for number in range(each, each + 4):
            picture(folder / "test" / f"class-{shade}" / f"{number:02}.png", shade, number)


def same(one, other, *files):
    return all((one / file).exists() and (other / file).exists() and (one / file).read_bytes() == (other / file).read_bytes() for file in files)


def until(what, seconds, beside=()):
    """Waits for something, as long as these processes live."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and all(process.process.poll() is None for process in beside):
        if what():
            return True
        time.sleep(0.02)
    return what()


def epochs(run):
    file = run / "metrics.jsonl"
    return len(file.read_text().splitlines()) if file.exists() else 0


RECIPE = """
seed: 5
backbone: {path: embedded}
data: {path: pictures}
method: adapter-x
train: {epochs: EPOCHS, batch: 12, micro-batch: 2, lr: 0.01}
"""
RESULTS = ("adapter/adapter_model.safetensors", "adapter/adapter_config.json", "checkpoint/last.safetensors")
TIMEOUT = 20
SLOW = 200  # seconds that a busy machine may take to start three programs


class Ranks:
    """Trainings of three ranks on three machines."""

    def __init__(self, folder, classes):
        self.machines = network(folder, ["node0", "node1", "node2"])
        self.shared = folder / "shared"
        self.classes = classes
        self.clock = {}
        for machine in self.machines:
            pictures(machine.folder / "pictures")
            (machine.folder / "recipe.yaml").write_text(RECIPE.replace("EPOCHS", "6"))
        self.straight = self.shared / "straight"

    def java(self, machine, name, arguments, classes=None, env=None):
        settings = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "MALLOC_ARENA_MAX": "2", **(env or {})}
        command = ["java", "-Xmx512m", "-Djava.awt.headless=true", "-cp", classes or self.classes, "dev.adapterx.cli.Main", *arguments]
        return Process(machine, name, command, settings)

    def rank(self, number, run, machine=None, at="node0:29400", timeout=TIMEOUT, ranks=3, **more):
        arguments = ["train", "recipe.yaml", "--out", self.shared / run, "--rank", number, "--ranks", ranks]
        arguments += ["--rendezvous", at, "--rank-timeout", timeout]
        return self.java(machine or self.machines[number], f"{run}-rank-{number}", arguments, **more)

    def all(self, run, **more):
        return [self.rank(number, run, **more) for number in range(3)]

    def ended(self, processes, seconds):
        """Exit codes, and how long the last took."""
        began = time.monotonic()
        codes = [process.wait(max(0.1, began + seconds - time.monotonic())) for process in processes]
        return codes, time.monotonic() - began

    def report(self, processes):
        for process in processes:
            text = process.text()
            print(f"      {process.name}: {' '.join(text[max(0, text.rfind('adapterx: ')) :].split())[-500:]}", flush=True)

    def done(self, what, run, processes, seconds=300, note=""):
        """All ranks end well, with the bytes of the undisturbed run."""
        codes, took = self.ended(processes, seconds)
        alike = same(self.straight, self.shared / run, *RESULTS)
        good = codes == [0] * len(codes) and alike
        said(good, what, note or f"exit codes {codes}, {'the same' if alike else 'OTHER'} bytes, {took:.0f} s")
        if not good:
            self.report(processes)

    def refused(self, what, run, processes, code, words, within, begun=False):
        """All ranks end by themselves with words of the message, and nothing half made is left."""
        codes, took = self.ended(processes, within + SLOW)
        lacking = [process.name for process in processes if not any(word in " ".join(process.text().split()) for word in words)]
        left = (self.shared / run).exists() and not begun
        good = codes == (code if isinstance(code, list) else [code] * len(codes)) and not lacking and not left
        said(good, what, f"exit codes {codes} after {took:.1f} s" + (f", the message lacks in {lacking}" if lacking else "") + (", the folder is there" if left else ""))
        self.report(processes)

    def links(self):
        """Of rank 0's rendezvous."""
        told = subprocess.run(self.machines[0].inside + ["ss", "-Htn", "state", "established", "sport", "=", ":29400"], capture_output=True, text=True)
        return len(told.stdout.splitlines())

    # What is tried, in this order; the first makes what the others are compared with.

    def one_machine(self):
        """one machine, --ranks 3: what the others are compared with"""
        whole = self.java(self.machines[0], "straight", ["train", "recipe.yaml", "--out", self.straight, "--ranks", 3])
        code = whole.wait(600)
        said(code == 0, self.one_machine.__doc__, f"exit code {code}")
        if code:
            self.report([whole])
            sys.exit(1)

    def three_machines(self):
        """three machines"""
        processes = self.all("three")
        seen = set()
        until(lambda: epochs(self.shared / "three") >= 1, SLOW + 100, processes)
        for machine in self.machines:
            told = subprocess.run(machine.inside + ["ss", "-Htn", "state", "established"], capture_output=True, text=True).stdout
            seen |= {line.split()[-1].rsplit(":", 1)[0].replace("[::ffff:", "").strip("[]") for line in told.splitlines()}
        self.done(self.three_machines.__doc__, "three", processes)
        said(seen == {machine.address for machine in self.machines}, "  connections go to the machines' addresses alone", ", ".join(sorted(seen)))

    def debian(self):
        """own names of the loopback (127.0.1.1, as Debian has it)"""
        as_debian(self.machines)
        self.done(self.debian.__doc__, "debian", self.all("debian"))
        usual(self.machines)

    def debian_two_on_one(self):
        """the same, ranks 0 and 1 on one machine"""
        as_debian(self.machines)
        processes = [self.rank(0, "shares"), self.rank(1, "shares", machine=self.machines[0]), self.rank(2, "shares")]
        self.done(self.debian_two_on_one.__doc__, "shares", processes)
        usual(self.machines)

    def loopback_only(self):
        """a rendezvous at localhost, for several machines"""
        processes = self.all("localhost", at="localhost:29400")
        self.refused(self.loopback_only.__doc__, "localhost", processes, 1, ["this machine alone"], TIMEOUT + 15)

    def other_ranks_name(self):
        """a rendezvous at another machine's name"""
        processes = self.all("astray", at="node1:29400")
        self.refused(self.other_ranks_name.__doc__, "astray", processes, [2, 1, 1], ["not an address of this machine", "found no rank 0"], TIMEOUT + 15)

    def ipv6(self):
        """IPv6 addresses"""
        self.done(self.ipv6.__doc__, "six", self.all("six", at=f"[{self.machines[0].address6}]:29400"))

    def ipv6_loopback(self):
        """IPv6 loopback, all ranks on one machine"""
        processes = [self.rank(number, "six-loopback", machine=self.machines[0], at="[::1]:29400") for number in range(3)]
        self.done(self.ipv6_loopback.__doc__, "six-loopback", processes)

    def two_networks(self):
        """two interfaces in each machine, the rendezvous on the second network"""
        sh("ip", "link", "add", "switch2", "type", "bridge")
        sh("ip", "link", "set", "switch2", "up")
        for machine in self.machines:
            sh("ip", "link", "add", machine.cable + "2", "type", "veth", "peer", "name", "eth1", "netns", machine.holder.pid)
            sh("ip", "link", "set", machine.cable + "2", "master", "switch2", "up")
            machine.do("ip", "addr", "add", f"10.78.0.{machine.number}/24", "dev", "eth1")
            machine.do("ip", "link", "set", "eth1", "up")
        processes = self.all("second", at="10.78.0.1:29400")
        seen = ""
        until(lambda: epochs(self.shared / "second") >= 1, SLOW + 100, processes)
        for machine in self.machines:
            seen += subprocess.run(machine.inside + ["ss", "-Htn", "state", "established"], capture_output=True, text=True).stdout
        self.done(self.two_networks.__doc__, "second", processes)
        said("10.78.0.1" in seen and "10.77.0." not in seen, "  all connections are on that network")

    def silent(self, number, how, run):
        what = f"rank {number}'s machine silent in the middle ({how})"
        processes = self.all(run)
        if not until(lambda: epochs(self.shared / run) >= 2, SLOW + 100, processes):
            said(False, what, "it never began")
            self.report(processes)
            return
        before = epochs(self.shared / run)
        self.machines[number].silence(how)
        others = [f"Rank {other}" for other in range(3) if other != number]
        names = [f"Rank {number}"] if number else ["Rank 0"]
        codes, took = self.ended([process for i, process in enumerate(processes) if i != number], TIMEOUT + SLOW)
        own = processes[number].wait(TIMEOUT + SLOW)
        named = [any(f"{name} (" in process.text() and "sign of life" in process.text() for name in names) for i, process in enumerate(processes) if i != number]
        alone = any(f"{name} (" in processes[number].text() for name in others)
        good = codes == [1, 1] and own == 1 and all(named) and alone
        said(good, what, f"the others end after {took:.1f} s, exit codes {codes} and {own}, epoch {before} of 6; named by each {named}, by the silent one itself {alone}")
        self.report(processes)
        self.machines[number].speak(how)
        self.done("  resumed by the same command", run, self.all(run))

    def silent_cable(self):
        """rank 2's machine silent: its cable pulled"""
        self.silent(2, "cable", "cable-2")

    def silent_loss(self):
        """rank 1's machine silent: all packets lost"""
        self.silent(1, "loss", "loss-1")

    def silent_first(self):
        """rank 0's machine silent"""
        self.silent(0, "loss", "loss-0")

    def silent_between(self):
        """packets between ranks 1 and 2 are lost in the middle, rank 0 reaches both"""
        processes = self.all("between")
        until(lambda: epochs(self.shared / "between") >= 2, SLOW + 100, processes)
        self.machines[1].lose_sight(self.machines[2])
        self.machines[2].lose_sight(self.machines[1])
        self.refused(self.silent_between.__doc__, "between", processes, 1, ["between two of"], 2 * TIMEOUT + 8, begun=True)
        self.machines[1].see(self.machines[2])
        self.machines[2].see(self.machines[1])
        self.done("  resumed by the same command", "between", self.all("between"))

    def never_between(self):
        """packets between ranks 1 and 2 are lost from the start, as by a firewall that drops"""
        self.machines[1].lose_sight(self.machines[2])
        self.machines[2].lose_sight(self.machines[1])
        self.refused(self.never_between.__doc__, "firewall", self.all("firewall"), 1, ["between two of"], 2 * TIMEOUT + 20, begun=True)
        self.machines[1].see(self.machines[2])
        self.machines[2].see(self.machines[1])

    def silent_while_waiting(self):
        """rank 1's machine silent while both wait for rank 2"""
        processes = [self.rank(number, "waiting", timeout=40) for number in (0, 1)]
        until(lambda: self.links() > 0, SLOW, processes)
        self.machines[1].silence("loss")
        processes.append(self.rank(2, "waiting", timeout=40))
        self.refused(self.silent_while_waiting.__doc__, "waiting", processes, 1, ["sign of life", "found no rank 0"], 60)
        self.machines[1].speak("loss")

    def blocked(self):
        """what rank 1 sends to the rendezvous is dropped"""
        self.machines[1].lose_sight(self.machines[0])
        processes = self.all("blocked")
        self.refused(self.blocked.__doc__, "blocked", processes, 1, ["rank 1"], TIMEOUT + 25)
        self.machines[1].see(self.machines[0])

    def late(self):
        """rank 2 is started 60 s later"""
        processes = [self.rank(number, "late", timeout=120) for number in (0, 1)]
        time.sleep(60)
        processes.append(self.rank(2, "late", timeout=120))
        self.done(self.late.__doc__, "late", processes)

    def other_data(self):
        """a picture is missing on rank 2's machine"""
        file = self.machines[2].folder / "pictures" / "train" / "class-1" / "03.png"
        kept = file.read_bytes()
        file.unlink()
        self.refused(self.other_data.__doc__, "fewer", self.all("fewer"), 2, ["Rank 2", "differs from rank 0"], 60)
        file.write_bytes(kept)

    def other_picture(self):
        """a picture has other content on rank 2's machine"""
        file = self.machines[2].folder / "pictures" / "train" / "class-1" / "03.png"
        kept = file.read_bytes()
        picture(file, 2, 77)
        self.refused(self.other_picture.__doc__, "changed", self.all("changed"), 2, ["Rank 2", "differs from rank 0"], 60)
        file.write_bytes(kept)

    def other_version(self):
        """another version of the library on rank 1's machine"""
        other = self.machines[1].folder / "other" / "dev" / "adapterx" / "cli" / "output"
        other.mkdir(parents=True)
        (other / "version.properties").write_text("version=99\ncommit=0123456789abcdef\n")
        processes = [self.rank(0, "version"), self.rank(1, "version", classes=f"{self.machines[1].folder / 'other'}:{self.classes}"), self.rank(2, "version")]
        self.refused(self.other_version.__doc__, "version", processes, 2, ["the library's version"], 60)

    def other_clock(self):
        """rank 1's clock a year ahead, rank 2's an hour behind (libfaketime)"""
        library = next(pathlib.Path("/usr/lib").rglob("libfaketimeMT.so.1"), None)
        if library is None:
            print(f"--  {self.other_clock.__doc__}: left out, libfaketime is not installed", flush=True)
            return
        shift = [{}, {"FAKETIME": "+365d"}, {"FAKETIME": "-3600s"}]
        processes = [
            self.rank(number, "clock", env={"LD_PRELOAD": str(library), "DONT_FAKE_MONOTONIC": "1", **shift[number]} if number else None) for number in range(3)
        ]
        self.done(self.other_clock.__doc__, "clock", processes)

    TRIED = [
        one_machine, three_machines, debian, debian_two_on_one, loopback_only, other_ranks_name, ipv6, ipv6_loopback, two_networks,
        silent_cable, silent_loss, silent_first, silent_between, never_between, silent_while_waiting, blocked, late,
        other_data, other_picture, other_version, other_clock,
    ]  # fmt: skip


class Spark:
    """A standalone cluster: a master, two workers and a driver, each on a machine of its own."""

    def __init__(self, folder, jars, tests):
        self.machines = network(folder, ["master", "worker1", "worker2", "driver"])
        self.master, *self.workers, self.driver = self.machines
        self.shared, self.local = folder / "shared", folder / "local"
        self.tests = tests
        self.jars = sorted(jars.glob("*.jar"))
        self.home = folder.parent / "home"
        self.opens = re.search(r"--add-opens[^<]*", (here / "spark/pom.xml").read_text()).group().split()
        pictures(self.shared / "pictures")
        self.at = f"spark://{self.master.address}:7077"
        self.processes = [self.java(self.master, "master", ["-Xmx256m", "-Dspark.worker.timeout=15"], "org.apache.spark.deploy.master.Master", ["--port", "7077", "--webui-port", "0"])]
        until(lambda: "ALIVE" in self.processes[0].text(), 120, self.processes)
        for worker in self.workers:
            self.start(worker)
        ready = until(lambda: self.processes[0].text().count("Registering worker") >= 2, 120, self.processes)
        if not ready:
            said(False, "the cluster starts", self.processes[0].text()[-2000:])
            sys.exit(1)

    def start(self, worker):
        arguments = ["--cores", "2", "--memory", "3g", "--webui-port", "0", "--work-dir", "/tmp/work", self.at]
        self.processes.append(self.java(worker, f"worker-{len(self.processes)}", ["-Xmx256m"], "org.apache.spark.deploy.worker.Worker", arguments))

    def java(self, machine, name, options, main, arguments, classes=()):
        env = {"SPARK_HOME": str(self.home), "SPARK_SCALA_VERSION": "2.13", "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "MALLOC_ARENA_MAX": "2"}
        path = ":".join([f"{self.home}/jars/*", *map(str, classes)])
        return Process(machine, name, ["java", *options, *self.opens, "-Djava.awt.headless=true", "-cp", path, main, *arguments], env)

    def program(self, what, out, name):
        """A driver program; its class path is in spark-submit's order."""
        arguments = [what, self.at, ",".join(map(str, self.jars)), self.driver.address, self.shared / "pictures", out]
        return self.java(self.driver, name, ["-Xmx700m"], "dev.adapterx.spark.MachinesProgram", arguments, [*self.jars, self.tests])

    def report(self, process, lines=6):
        for line in [line for line in process.text().splitlines() if "ailed" in line or "ERROR" in line or "Exception" in line][-lines:]:
            print(f"      {line[:600]}", flush=True)

    def finished(self, what, process, good, seconds, note=""):
        began = time.monotonic()
        code = process.wait(seconds)
        good = code == 0 and good()
        said(good, what, f"exit code {code}, {time.monotonic() - began:.0f} s{note}")
        if not good:
            self.report(process)
        return good

    def lines(self, name):
        file = self.shared / name
        return file.read_text().splitlines() if file.exists() else []

    # What is tried.

    def undisturbed(self):
        """scored and fitted with nothing in the way: what the others are compared with"""
        scored = self.program("score", self.shared / "scores", "score")
        good = self.finished("36 pictures 20 times, scored by two executors", scored, lambda: len(self.lines("scores")) == 720 and all(line.endswith(" null") for line in self.lines("scores")), 600)
        hosts = set(self.lines("scores.on"))
        said(len(hosts) == 2, "  on both workers", ", ".join(sorted(hosts)))
        fitted = self.program("fit", self.shared / "fit", "fit")
        good &= self.finished("fitted by two ranks", fitted, lambda: epochs(self.shared / "fit/run") == 8, 600)
        if not good:
            sys.exit(1)

    def silent_while_scoring(self):
        """a worker's machine silent while it scores"""
        process = self.program("score", self.shared / "scores2", "score2")
        until(lambda: len(self.lines("scores2.on")) >= 4, 300, [process])
        self.workers[1].silence("loss")
        self.finished(self.silent_while_scoring.__doc__, process, lambda: self.lines("scores2") == self.lines("scores"), 600, ", the same bits expected")
        self.back()

    def silent_while_training(self):
        """a worker's machine silent while it trains"""
        run = self.shared / "fit2/run"
        process = self.program("fit", self.shared / "fit2", "fit2")
        until(lambda: epochs(run) >= 2, 300, [process])
        before = epochs(run)
        self.workers[1].silence("loss")
        self.finished(self.silent_while_training.__doc__, process, lambda: same(self.shared / "fit/run", run, *RESULTS), 600, f", silent after epoch {before} of 8, the same bytes expected")
        self.back()

    def back(self):
        """The machine is there again; its worker is started anew where it has given up."""
        self.workers[1].speak("loss")
        count = self.processes[0].text().count("Registering worker")
        if not until(lambda: self.processes[0].text().count("Registering worker") > count, 40, self.processes):
            self.processes[-1].kill()
            self.start(self.workers[1])
            until(lambda: self.processes[0].text().count("Registering worker") > count, 120, self.processes)

    def driver_alone(self):
        """workDir lies on the driver alone"""
        (self.driver.folder / "local" / "alone").mkdir()
        process = self.program("fit", self.local / "alone" / "fit", "alone")
        self.message(self.driver_alone.__doc__, process, "does not exist on this executor")
        said(not list((self.driver.folder / "local").rglob("*.png")), "  and nothing is left there")

    def each_its_own(self):
        """workDir is a folder of each machine, of one name"""
        for machine in self.machines:
            (machine.folder / "local" / "own" / "fit" / "data").mkdir(parents=True)
        process = self.program("fit", self.local / "own" / "fit", "own")
        self.message(self.each_its_own.__doc__, process, "name a folder that all machines share")

    def all_but_one(self):
        """workDir is shared by all but one worker"""
        for machine in (self.master, self.workers[0], self.driver):
            (self.shared / "half").mkdir(exist_ok=True)
            (machine.folder / "local" / "half").symlink_to(self.shared / "half")
        (self.workers[1].folder / "local" / "half" / "fit" / "data").mkdir(parents=True)
        process = self.program("fit", self.local / "half" / "fit", "half")
        self.message(self.all_but_one.__doc__, process, "name a folder that all machines share")

    def message(self, what, process, words):
        code = process.wait(300)
        said(code not in (0, None) and words in process.text(), what, f"exit code {code}")
        self.report(process)

    TRIED = [undisturbed, silent_while_scoring, silent_while_training, driver_alone, each_its_own, all_but_one]


def distribution(home):
    """Spark as Maven resolves it, with the versions of its libraries that Spark itself names."""
    if "SPARK_HOME" in os.environ:
        os.symlink(os.environ["SPARK_HOME"], home)
        return
    (home / "jars").mkdir(parents=True)
    version = re.search(r"<spark.version>(.*?)<", (here / "pom.xml").read_text()).group(1)
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"
    (home / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>'
        "<dependencyManagement><dependencies><dependency><groupId>org.apache.spark</groupId><artifactId>spark-parent_2.13</artifactId>"
        f"<version>{version}</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>"
        f"<dependencies><dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>{version}</version></dependency>"
        f"<dependency><groupId>org.apache.spark</groupId><artifactId>spark-kubernetes_2.13</artifactId><version>{version}</version></dependency></dependencies></project>"
    )
    sh("mvn", "-B", "-q", "-f", home / "pom.xml", plugin, f"-Dmdep.outputFile={home}/jars.txt")
    for jar in (home / "jars.txt").read_text().strip().split(":"):
        os.symlink(jar, home / "jars" / pathlib.Path(jar).name)


def chosen(tried, only):
    return [one for one in tried if not only or one is tried[0] or any(word in one.__name__ or word in one.__doc__ for word in only)]


def inside(args, folder):
    """All of it, in namespaces of its own."""
    began = time.monotonic()
    if "ranks" in args.what:
        ranks = Ranks(folder, args.classes or f"{here}/cli/target/app/*")
        for one in chosen(Ranks.TRIED, args.only):
            one(ranks)
    if "spark" in args.what:
        spark = Spark(folder, pathlib.Path(args.jars or here / "spark/target/jars"), args.tests or here / "spark/target/test-classes")
        for one in chosen(Spark.TRIED, args.only):
            one(spark)
    print(f"{failures} bad, {time.monotonic() - began:.0f} s")
    return 1 if failures else 0


def outside(args):
    """Starts itself in namespaces that end with it, and removes the files."""
    if os.geteuid() != 0:
        sys.exit("machines.py needs root: namespaces, mounts and links are its own, but the kernel asks for it")
    for what, given, built in (("ranks", args.classes, "cli/target/app"), ("spark", args.jars, "spark/target/jars")):
        if what in args.what and not given and not list((here / built).glob("*.jar")):
            sys.exit(f"{built} is empty; first: mvn -DskipTests package")
    if any(f"{pathlib.Path(place).resolve()}/".startswith("/tmp/") for place in (here, args.folder or tempfile.gettempdir())):
        sys.exit("Each machine has a /tmp of its own; checkout and --folder must lie elsewhere")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="adapterx-machines-", dir=args.folder))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    codes = []
    try:
        if "spark" in args.what:
            distribution(folder / "home")
        for what in args.what:  # each in a network of its own
            part = [f"--{name}={value}" for name in ("classes", "jars", "tests") if (value := getattr(args, name))]
            part += [f"--only={word}" for word in args.only or []]
            (folder / what).mkdir()
            command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
            command += [sys.executable, __file__, what, *part, "--inside", folder / what]
            codes.append(subprocess.run(command, preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL)).returncode)  # ends with this program
        return int(any(codes))
    finally:
        if args.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["ranks", "spark", []], default=[], help="ranks, spark; both where nothing is said")
    parser.add_argument("--only", action="append", metavar="WORD", help="what has this word in its name")
    parser.add_argument("--list", action="store_true", help="says what there is")
    parser.add_argument("--classes", metavar="PATH", help="class path of the program, instead of cli/target/app")
    parser.add_argument("--jars", metavar="FOLDER", help="jars for Spark's executors, instead of spark/target/jars")
    parser.add_argument("--tests", metavar="PATH", help="classes of the driver's program, instead of spark/target/test-classes")
    parser.add_argument("--folder", default="/var/tmp", help="where the machines' files lie meanwhile: 3 GB (/var/tmp)")
    parser.add_argument("--keep", action="store_true", help="leaves the files")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.what = args.what or ["ranks", "spark"]
    if args.list:
        for kind in (Ranks, Spark):
            for one in kind.TRIED:
                print(f"{kind.__name__.lower():6} {one.__name__:22} {one.__doc__}")
        return 0
    return inside(args, pathlib.Path(args.inside)) if args.inside else outside(args)


if __name__ == "__main__":
    sys.exit(main())
