"""Asks a server that answers POST /predict/NAME with a picture, and prints requests a second and how long they took.

    python load.py http://127.0.0.1:8080 photo.jpg --adapters 1000 --clients 16 --requests 600

Adapters are called a0, a1, …, and asked in turn. `--seconds` instead of `--requests` asks for so long; `--token` sends one.
`--rate` with `--seconds` offers so many a second, whether they are answered or not. Answers are compared: a request to the same adapter must always name the same class. 503 is counted and asked again later
with `--again`, else left.
"""

import argparse
import http.client
import json
import threading
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("picture")
parser.add_argument("--prefix", default="a")
parser.add_argument("--adapters", type=int, default=1)
parser.add_argument("--clients", type=int, default=16)
parser.add_argument("--requests", type=int, default=300)
parser.add_argument("--seconds", type=float)
parser.add_argument("--rate", type=float, help="requests a second in all, whatever is answered; needs clients enough")
parser.add_argument("--warm", type=int, default=32)
parser.add_argument("--token")
parser.add_argument("--again", action="store_true")
args = parser.parse_args()

where = urllib.parse.urlparse(args.url)
with open(args.picture, "rb") as file:
    picture = file.read()
headers = {"Content-Type": "application/octet-stream"}
if args.token:
    headers["Authorization"] = "Bearer " + args.token

lock = threading.Lock()
taken = 0
times, statuses, labels, wrong = [], {}, {}, []
end = None


def one(connection, i):
    name = f"{args.prefix}{i % args.adapters}"
    begin = time.perf_counter()
    connection.request("POST", "/predict/" + name, picture, headers)
    response = connection.getresponse()
    body = response.read()
    return name, response.status, body, time.perf_counter() - begin


def client():
    global taken
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=120)
    while True:
        with lock:
            if (end and time.perf_counter() > end) or (not end and taken >= args.requests):
                return
            i = taken
            taken += 1
        if args.rate:
            time.sleep(max(0.0, begin + i / args.rate - time.perf_counter()))
        while True:
            try:
                name, status, body, took = one(connection, i)
            except (http.client.HTTPException, OSError) as failure:
                status, took, name, body = type(failure).__name__, 0, None, b""
                connection.close()
            with lock:
                statuses[status] = statuses.get(status, 0) + 1
                if status == 200:
                    times.append(took)
                    label = json.loads(body)["label"]
                    if labels.setdefault(name, label) != label:
                        wrong.append((name, label))
            if status != 503 or not args.again:
                break
            time.sleep(0.2)


warm = http.client.HTTPConnection(where.hostname, where.port, timeout=120)
for i in range(args.warm):
    one(warm, i)
threads = [threading.Thread(target=client) for _ in range(args.clients)]
begin = time.perf_counter()
end = begin + args.seconds if args.seconds else None
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
took = time.perf_counter() - begin
times.sort()


def quantile(q):
    return 1000 * times[min(len(times) - 1, int(q * len(times)))] if times else float("nan")


offered = f"{taken / took:.1f} requests/s offered, " if args.rate else ""
print(
    f"{offered}{args.adapters} adapters, {args.clients} clients: {len(times) / took:.1f} answers/s, p50 {quantile(0.5):.0f} ms, "
    f"p99 {quantile(0.99):.0f} ms; statuses {dict(sorted(statuses.items(), key=str))}; {len(wrong)} wrong"
)
