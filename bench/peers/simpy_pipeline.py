"""The shipped scenario, bare, in SimPy, for `make bench` to time beside mrsim.

    simpy_pipeline.py LAWS REQUESTS FORM

LAWS is what `mrsim-bench laws SCENARIO` printed: the same cities, users, resolvers, balancers, instances, databases and
delays; each delay is drawn from a table of 256 equally likely values, which costs less than any law. Left out, since
this model is to be as fast as SimPy can be: replication, health checks, items, versions, retries, and all figures but
the mean latency. FORM:

    process    a process per request, Resources for workers: how SimPy is meant to be used
    timeouts   the same, each exchange racing a time-out as mrsim's do
    callback   no process at all, only callbacks of Timeout events, and workers counted by hand: the fastest known

The first 200 simulated seconds, when nobody is connected yet, are neither timed nor measured.
"""
import csv
import sys
import time
from collections import deque
from math import log
from random import random, seed

from simpy import Environment, Resource
from simpy.events import Timeout

PARTS = 256
WARM_UP = 200e3  # ms, like everything here


class User:
    __slots__ = ("access", "resolver", "idle_until")


class Resolver:
    __slots__ = ("hold", "fresh_until")


class Region:
    pass


class City:
    pass


class Model:
    def __init__(self, path):
        self.number, self.region, self.city, law = {}, {}, [], {}
        with open(path, newline="") as file:
            for kind, *words in csv.reader(file):
                if kind == "number":
                    self.number[words[0]] = float(words[1])
                elif kind == "region":
                    region = self.region[words[0]] = Region()
                    region.name, region.n_instances, region.workers = words[0], int(words[1]), int(words[2])
                elif kind == "city":
                    city = City()
                    self.city.append(city)
                    city.name, city.region, rate, city.n_users, city.n_resolvers = words
                    city.gap = 1e3 / float(rate)
                elif kind == "law":
                    law[words[0], words[1]] = [float(word) for word in words[2:]]
        self.work, self.read, self.write = law["work", ""], law["read", ""], law["write", ""]
        for name, region in self.region.items():
            region.forward, region.store = law["forward", name], law["store", name]
        for city in self.city:
            city.trip, city.authority = law["trip", city.name], law["authority", city.name]
            city.region = self.region[city.region]
            self.people(city, law["access", city.name])
        self.latency = self.n_measured = self.n_answered = 0

    def people(self, city, access):
        """Extenders are spread evenly over the resolvers, and access over the users."""
        n_users, n_resolvers, extenders = int(city.n_users), int(city.n_resolvers), self.number["extenders"]
        resolvers = []
        for i in range(n_resolvers):
            resolver = Resolver()
            extends = int((i + 1) * extenders) > int(i * extenders)
            resolver.hold = 1e3 * (max(self.number["ttl"], self.number["hold"]) if extends else self.number["ttl"])
            resolver.fresh_until = -1
            resolvers.append(resolver)
        city.users = []
        for i in range(n_users):
            user = User()
            user.access = access[int((i + 0.5) * PARTS / n_users)]
            user.resolver = resolvers[i % n_resolvers]
            user.idle_until = -1
            city.users.append(user)


# ---- processes ----


def request(env, model, city, patience):
    """One request, from click to answer; `patience`: a function that makes a wait."""
    began, user, region = env.now, city.users[int(random() * len(city.users))], city.region
    writes = random() < model.number["writes"]
    access = user.access
    if user.idle_until <= began:
        resolver = user.resolver
        yield patience(env, access)
        if resolver.fresh_until <= env.now:
            yield patience(env, city.authority[int(random() * PARTS)])
            resolver.fresh_until = env.now + resolver.hold
        yield patience(env, model.number["handshake"] * (city.trip[int(random() * PARTS)] + access))
    leg = (city.trip[int(random() * PARTS)] + access) / 2
    yield patience(env, leg)
    instance = region.instances[region.turn % region.n_instances]
    region.turn += 1
    forward = region.forward[int(random() * PARTS)] / 2
    yield patience(env, forward)
    with instance.request() as worker:
        yield worker
        yield env.timeout(model.work[int(random() * PARTS)])
        way = region.store[int(random() * PARTS)] / 2
        yield patience(env, way)
        with region.database.request() as worker_there:
            yield worker_there
            yield env.timeout((model.write if writes else model.read)[int(random() * PARTS)])
        yield patience(env, way)
    yield patience(env, forward)
    yield patience(env, leg)
    user.idle_until = env.now + 1e3 * model.number["idle"]
    model.n_answered += 1
    if began >= WARM_UP:
        model.latency += env.now - began
        model.n_measured += 1


def arrivals(env, model, city, patience):
    while True:
        yield env.timeout(-log(1 - random()) * city.gap)
        env.process(request(env, model, city, patience))


def wait(env, delay):
    return Timeout(env, delay)


def race(env, delay):
    return Timeout(env, delay) | Timeout(env, 3e3)


def with_processes(model, patience):
    env = Environment()
    for region in model.region.values():
        region.turn = 0
        region.instances = [Resource(env, region.workers) for _ in range(region.n_instances)]
        region.database = Resource(env, int(model.number["db-workers"]))
    for city in model.city:
        env.process(arrivals(env, model, city, patience))
    return env


# ---- callbacks ----


class Station:
    __slots__ = ("free", "line")

    def __init__(self, workers):
        self.free, self.line = workers, deque()


def with_callbacks(model):
    env = Environment()
    work, read, write, shares = model.work, model.read, model.write, model.number["writes"]
    idle, handshake = 1e3 * model.number["idle"], model.number["handshake"]

    class Request:
        __slots__ = ("began", "user", "city", "region", "leg", "forward", "way", "instance")

        def __init__(self, city):
            self.began, self.city, self.region = env._now, city, city.region
            user = self.user = city.users[int(random() * len(city.users))]
            if user.idle_until <= env._now:
                Timeout(env, user.access).callbacks.append(self.looked_up)
            else:
                self.ask(None)

        def looked_up(self, _event):
            resolver = self.user.resolver
            if resolver.fresh_until <= env._now:
                Timeout(env, self.city.authority[int(random() * PARTS)]).callbacks.append(self.told)
            else:
                self.connect()

        def told(self, _event):
            resolver = self.user.resolver
            resolver.fresh_until = env._now + resolver.hold
            self.connect()

        def connect(self):
            trip = handshake * (self.city.trip[int(random() * PARTS)] + self.user.access)
            Timeout(env, trip).callbacks.append(self.ask)

        def ask(self, _event):
            self.leg = (self.city.trip[int(random() * PARTS)] + self.user.access) / 2
            Timeout(env, self.leg).callbacks.append(self.balance)

        def balance(self, _event):
            region = self.region
            self.instance = region.instances[region.turn % region.n_instances]
            region.turn += 1
            self.forward = region.forward[int(random() * PARTS)] / 2
            Timeout(env, self.forward).callbacks.append(self.enter)

        def enter(self, _event):
            instance = self.instance
            if instance.free:
                instance.free -= 1
                Timeout(env, work[int(random() * PARTS)]).callbacks.append(self.worked)
            else:
                instance.line.append(self)

        def worked(self, _event):
            self.way = self.region.store[int(random() * PARTS)] / 2
            Timeout(env, self.way).callbacks.append(self.store)

        def store(self, _event):
            database = self.region.database
            if database.free:
                database.free -= 1
                self.serve()
            else:
                database.line.append(self)

        def serve(self):
            law = write if random() < shares else read
            Timeout(env, law[int(random() * PARTS)]).callbacks.append(self.stored)

        def stored(self, _event):
            database = self.region.database
            if database.line:
                database.line.popleft().serve()
            else:
                database.free += 1
            Timeout(env, self.way).callbacks.append(self.leave)

        def leave(self, _event):
            instance = self.instance
            if instance.line:
                Timeout(env, work[int(random() * PARTS)]).callbacks.append(instance.line.popleft().worked)
            else:
                instance.free += 1
            Timeout(env, self.forward).callbacks.append(self.back)

        def back(self, _event):
            Timeout(env, self.leg).callbacks.append(self.answered)

        def answered(self, _event):
            now = env._now
            self.user.idle_until = now + idle
            model.n_answered += 1
            if self.began >= WARM_UP:
                model.latency += now - self.began
                model.n_measured += 1

    def arrive_in(city):
        gap = city.gap

        def arrive(_event):
            Timeout(env, -log(1 - random()) * gap).callbacks.append(arrive)
            Request(city)

        return arrive

    for region in model.region.values():
        region.turn = 0
        region.instances = [Station(region.workers) for _ in range(region.n_instances)]
        region.database = Station(int(model.number["db-workers"]))
    for city in model.city:
        Timeout(env, -log(1 - random()) * city.gap).callbacks.append(arrive_in(city))
    return env


def main():
    seed(1)
    model, n_requests, form = Model(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    env = with_callbacks(model) if form == "callback" else with_processes(model, race if form == "timeouts" else wait)
    env.run(until=WARM_UP)
    before, start = model.n_answered, time.process_time()
    env.run(until=WARM_UP + n_requests / sum(1 / city.gap for city in model.city))
    cpu, n = time.process_time() - start, model.n_answered - before
    print(f"rate={n / cpu:.6g} requests={n} cpu={cpu:.4f} mean_ms={model.latency / model.n_measured:.4f}"
          f" mean_there={model.number['mean-ms']:.4f}")


main()
