"""The hold model and M/M/1 in SimPy, for `make bench` to time beside mrsim's kernel.

    simpy_kernel.py hold PENDING EVENTS [constant]    callbacks of Timeout events (a little faster than processes)
    simpy_kernel.py mm1 CUSTOMERS store               two processes and a Store: how SimPy is meant to be used
    simpy_kernel.py mm1 CUSTOMERS resource            a process per customer and a Resource: so too, but slower
    simpy_kernel.py mm1 CUSTOMERS callback            no process at all, the line kept by hand: the fastest known
"""
import gc
import sys
import time
from collections import deque
from math import log
from random import random, seed

from simpy import Environment, Resource, Store
from simpy.events import Timeout


def hold(n_pending, n_events, constant):
    env = Environment()
    n_happened = 0

    def happen(_event):
        nonlocal n_happened
        n_happened += 1
        Timeout(env, -log(1 - random())).callbacks.append(happen)

    def happen_constant(_event):
        nonlocal n_happened
        n_happened += 1
        Timeout(env, 1).callbacks.append(happen_constant)

    # The law of what is left of an increment at any moment, so the model is in equilibrium from the start.
    gc.disable()
    for _ in range(n_pending):
        left = random() if constant else -log(1 - random())
        Timeout(env, left).callbacks.append(happen_constant if constant else happen)
    gc.freeze()
    gc.enable()
    env.run(until=0.1)
    n_happened, start = 0, time.process_time()
    env.run(until=0.1 + n_events / n_pending)
    cpu = time.process_time() - start
    print(f"rate={n_happened / cpu:.6g} events={n_happened} cpu={cpu:.4f}")


def mm1_store(env):
    line, gap = Store(env), 1 / 0.9
    served = waited = 0

    def arrivals():
        while True:
            yield env.timeout(-log(1 - random()) * gap)
            line.put(env.now)

    def server():
        nonlocal served, waited
        while True:
            arrived = yield line.get()
            yield env.timeout(-log(1 - random()))
            served += 1
            waited += env.now - arrived

    env.process(arrivals())
    env.process(server())
    return lambda: (served, waited)


def mm1_resource(env):
    desk, gap = Resource(env), 1 / 0.9
    served = waited = 0

    def customer():
        nonlocal served, waited
        arrived = env.now
        with desk.request() as turn:
            yield turn
            yield env.timeout(-log(1 - random()))
        served += 1
        waited += env.now - arrived

    def arrivals():
        while True:
            yield env.timeout(-log(1 - random()) * gap)
            env.process(customer())

    env.process(arrivals())
    return lambda: (served, waited)


def mm1_callback(env):
    line, gap = deque(), 1 / 0.9
    served = waited = 0

    def arrive(_event):
        Timeout(env, -log(1 - random()) * gap).callbacks.append(arrive)
        line.append(env._now)
        if len(line) == 1:
            Timeout(env, -log(1 - random())).callbacks.append(depart)

    def depart(_event):
        nonlocal served, waited
        served += 1
        waited += env._now - line.popleft()
        if line:
            Timeout(env, -log(1 - random())).callbacks.append(depart)

    Timeout(env, -log(1 - random()) * gap).callbacks.append(arrive)
    return lambda: (served, waited)


def mm1(n_customers, form):
    env = Environment()
    figures = {"store": mm1_store, "resource": mm1_resource, "callback": mm1_callback}[form](env)
    start = time.process_time()
    env.run(until=n_customers / 0.9)
    cpu = time.process_time() - start
    served, waited = figures()
    print(f"rate={served / cpu:.6g} customers={served} cpu={cpu:.4f} mean={waited / served:.4f}")


def main():
    seed(1)
    if sys.argv[1] == "hold":
        hold(int(float(sys.argv[2])), float(sys.argv[3]), sys.argv[4:] == ["constant"])
    else:
        mm1(float(sys.argv[2]), sys.argv[3])


main()
