#!/usr/bin/env python3
"""Load test and latency benchmark of `cauce serve`, on loopback.

    build/release/bin/cauce serve &
    tools/load_test.py                    # latency of one user, then 50 users at once
    tools/load_test.py --users 50 --seconds 30

Latency: one user moves a lever again and again (each time to another value, so that nothing is
answered from memory) and waits for the preview; then asks for full runs. Prints the milliseconds
from sending the request to its last byte, and of a full run to its first partial and final answer.

Load: each user loads /api/system, then moves levers as a person would (a preview, a pause; at times
the full run, at times a tab closed in the middle of one). Prints previews and runs for each user
(the least and the most), the slowest answers, errors, and the server's memory. Exits with 1 when
there was an error or a user was starved (got no preview, or no full run that it waited for).
"""

import argparse
import asyncio
import json
import random
import sys
import time


class Connection:
    """One POST or GET on a connection of its own, read as it comes."""

    def __init__(self, port):
        self.port = port

    async def ask(self, method, path, client=None, body=None, on_line=None, timeout=180.0):
        """(status, body bytes). `on_line` is called for each line of a stream; True hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
        try:
            return await asyncio.wait_for(
                self._ask(reader, writer, method, path, client, body, on_line), timeout)
        finally:
            writer.close()

    async def _ask(self, reader, writer, method, path, client, body, on_line):
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        data = b""
        if body is not None:
            data = json.dumps(body).encode()
            lines += ["Content-Type: application/json", f"X-Cauce-Client: {client}",
                      f"Content-Length: {len(data)}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + data)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split()[1])
        whole = b""
        if "transfer-encoding: chunked" in head:
            rest = b""
            while True:
                size = int((await reader.readline()).split(b";")[0], 16)
                chunk = await reader.readexactly(size + 2)
                if size == 0:
                    break
                whole += chunk[:-2]
                if on_line:
                    rest += chunk[:-2]
                    *complete, rest = rest.split(b"\n")
                    if any(on_line(json.loads(line)) for line in complete if line):
                        return status, whole
        else:
            for line in head.split("\r\n"):
                if line.startswith("content-length:"):
                    whole = await reader.readexactly(int(line.split(":")[1]))
        return status, whole


def scenario(system, draw, levers=1):
    """A policy that nobody has asked for before: levers moved within their ranges."""
    choice = draw.sample([lever for lever in system["levers"] if lever["group"] != "event"], levers)
    return {
        "theory": "open",
        "actions": [{"lever": lever["name"], "from": system["clock"]["decision"],
                     "value": lever["low"] + draw.random() * (lever["high"] - lever["low"])}
                    for lever in choice],
        "series": [{"outcome": name} for name in system["headline"][:2]],
    }


def told(values, what):
    values = sorted(values)
    if not values:
        return f"  {what}: none"
    at = lambda q: values[min(len(values) - 1, int(q * len(values)))]
    return (f"  {what}: median {at(0.5):.0f} ms, 90 % {at(0.9):.0f}, slowest {values[-1]:.0f} "
            f"({len(values)})")


async def full_run(connection, client, body, hang_up_after=None):
    """Milliseconds to the first partial and to the final answer; None where it did not come."""
    start = time.perf_counter()
    seen = {"partial": None, "final": None, "bad": None, "lines": 0}

    def line(value):
        seen["lines"] += 1
        if value["type"] == "answer":
            stage = value["answer"]["stage"]
            if seen.get(stage) is None:
                seen[stage] = 1000 * (time.perf_counter() - start)
        elif value["type"] in ("error", "cancelled"):
            seen["bad"] = value
        return hang_up_after is not None and seen["lines"] >= hang_up_after

    status, _ = await connection.ask("POST", "/api/run", client, body, line)
    return status, seen


async def latency(connection, system, args):
    draw = random.Random(1)
    previews, firsts, finals, inside = [], [], [], []
    for _ in range(args.moves):
        body = scenario(system, draw)
        start = time.perf_counter()
        status, data = await connection.ask("POST", "/api/preview", "latency-client", body)
        previews.append(1000 * (time.perf_counter() - start))
        answer = json.loads(data)
        if status != 200 or "effects" not in answer:
            sys.exit(f"preview failed: {status} {data[:300]!r}")
        inside.append(answer["milliseconds"])
    for _ in range(args.runs):
        _, seen = await full_run(connection, "latency-client", scenario(system, draw))
        firsts.append(seen["partial"] or seen["final"])
        finals.append(seen["final"])
    print("One user:")
    print(told(previews, "preview, request to last byte"))
    print(told(inside, "preview, inside the server"))
    print(told(firsts, "full run, first answer"))
    print(told(finals, "full run, final answer"))


async def user(number, connection, until, counts, errors):
    draw = random.Random(number)
    client = f"load-user-{number:04d}"
    try:
        status, data = await connection.ask("GET", "/api/system")
        system = json.loads(data)
        while time.perf_counter() < until:
            body = scenario(system, draw, draw.randint(1, 3))
            start = time.perf_counter()
            status, data = await connection.ask("POST", "/api/preview", client, body)
            if status != 200 or "effects" not in json.loads(data):
                errors.append((number, "preview", status, data[:200]))
                continue
            counts["preview"][number].append(1000 * (time.perf_counter() - start))
            await asyncio.sleep(draw.uniform(0.2, 2.0))
            chance = draw.random()
            if chance < 0.25:
                status, seen = await full_run(connection, client, body)
                if status != 200 or seen["final"] is None:
                    errors.append((number, "run", status, seen))
                else:
                    counts["run"][number].append(seen["final"])
            elif chance < 0.35:
                await full_run(connection, client, scenario(system, draw), hang_up_after=2)
                counts["closed"] += 1
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError) as problem:
        errors.append((number, "connection", type(problem).__name__, str(problem)))


async def load(connection, args):
    counts = {"preview": [[] for _ in range(args.users)], "run": [[] for _ in range(args.users)],
              "closed": 0}
    errors = []
    until = time.perf_counter() + args.seconds
    await asyncio.gather(*(user(n, connection, until, counts, errors) for n in range(args.users)))
    _, data = await connection.ask("GET", "/api/status")
    status = json.loads(data)
    per_user = [len(own) for own in counts["preview"]]
    runs = [len(own) for own in counts["run"]]
    print(f"{args.users} users for {args.seconds} s:")
    print(f"  previews a user: {min(per_user)} to {max(per_user)}, {sum(per_user)} in all")
    print(f"  full runs a user: {min(runs)} to {max(runs)}, {sum(runs)} in all; "
          f"{counts['closed']} tabs closed in the middle")
    print(told([ms for own in counts["preview"] for ms in own], "preview"))
    print(told([ms for own in counts["run"] for ms in own], "full run"))
    print(f"  errors: {len(errors)}; memory of the server {status['memoryMiB']} MiB, "
          f"jobs left {status['jobs']}")
    for error in errors[:5]:
        print("   ", error)
    return bool(errors) or min(per_user) == 0


async def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8017)
    parser.add_argument("--moves", type=int, default=30, help="previews of the one user")
    parser.add_argument("--runs", type=int, default=5, help="full runs of the one user")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", choices=["latency", "load"])
    args = parser.parse_args()
    connection = Connection(args.port)
    while True:
        try:
            _, data = await connection.ask("GET", "/api/status")
            if json.loads(data)["preparing"] is None:
                break
        except ConnectionRefusedError:
            pass  # it has not come up yet
        await asyncio.sleep(0.5)
    _, data = await connection.ask("GET", "/api/system")
    system = json.loads(data)
    bad = False
    if args.only != "load":
        await latency(connection, system, args)
    if args.only != "latency":
        bad = await load(connection, args)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    asyncio.run(main())
