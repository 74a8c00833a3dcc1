#include "cli/glossary.h"
#include <stddef.h>

const GlossaryEntry glossary_terms[] = {
    {"active-active",
     "Every region serves users at all times.  Nothing must be started when one is lost, but data written in two "
     "places at once can conflict.",
     NULL, NULL},
    {"active-passive",
     "One region serves, another stands by with a copy of the data.  Conflicts cannot happen; a failover takes "
     "detection, a decision and a promotion.",
     NULL, NULL},
    {"alarm",
     "A figure that a region's services publish, once a period, and a threshold: what CloudWatch watches.  It dies "
     "with "
     "its region; then no datapoint comes, and what is missing must mean something.",
     NULL, NULL},
    {"alias",
     "A record that stands for another record, a balancer or an accelerator: it has their addresses and no TTL of its "
     "own; what it says may be kept for 60 s.",
     NULL, NULL},
    {"amplification",
     "How many attempts become of one request, by retries.  Under overload it multiplies the load: "
     "attempts.per_request.",
     NULL, NULL},
    {"anycast",
     "One address announced at many places: the network brings everybody to a near one.  No name is looked up again "
     "when a region is lost, so no TTL delays anybody; connections that are open stay where they are.",
     NULL, NULL},
    {"backoff",
     "The pause before an attempt is repeated; it grows with every attempt, and is drawn at random (jitter) so that "
     "clients do not come back all at once.",
     NULL, NULL},
    {"black-hole",
     "A way on which messages disappear while who sends them takes it for whole: a cut line until its hold timer has "
     "run out, a dead tunnel until its other end is missed.",
     NULL, NULL},
    {"calculated", "A health check that looks at nothing itself: healthy while so many of others are (k of n).", NULL,
     NULL},
    {"CI",
     "Confidence interval: where the figure of very many replications lies, with 95 % confidence.  Computed by leaving "
     "out one replication at a time (jackknife) with Student's t.  More replications narrow it, with the square root "
     "of their number.",
     NULL, NULL},
    {"clock-skew",
     "How far two clocks are apart.  Where the last writer wins by what his clock said, the write of a clock that is "
     "ahead wins over later ones.",
     NULL, NULL},
    {"conditional-write",
     "A write that is made only if something holds: take one, if one is left.  A replica can check only what it holds "
     "itself.",
     NULL, NULL},
    {"conflict", "Two regions accept a write to the same item before either has heard of the other's.", NULL, NULL},
    {"control-plane",
     "What changes are asked of: of records, dials, switches.  It stands in a region and may be gone when it is "
     "needed; what answers users (the data plane) goes on without it.",
     NULL, NULL},
    {"crash",
     "One thing of a region is gone, a database or a service, and nothing else.  Who looks at the region sees nothing.",
     NULL, NULL},
    {"cross-zone",
     "A balancer's node sends requests to targets in every zone, not only in its own.  Without it each zone gets the "
     "same share, however many targets it has.",
     NULL, NULL},
    {"deregistration",
     "A target is taken out of a balancer: it gets nothing new, and what it is at work on may be finished for a while "
     "(300 s).",
     NULL, NULL},
    {"detection",
     "From the start of a fault until the one who must act on it knows.  Nobody is omniscient: it is known from calls "
     "that fail or do not return, after so many checks in a row.",
     NULL, NULL},
    {"dial",
     "The share of an endpoint group's traffic that an accelerator lets in; the rest goes to the next nearest group.",
     NULL, NULL},
    {"digest",
     "A 64-bit number over time, kind, place and outcome of every event of a run.  Equal digests: the same events, in "
     "the same order, to the nanosecond.  mrsim verify compares it.",
     NULL, NULL},
    {"digest-log",
     "The digest of every replication at every 10,000th event, in a file: mrsim run --digest-log.  Where two of them "
     "part, mrsim trace --diff finds the first event that differs.",
     NULL, NULL},
    {"divergent",
     "A divergent write was accepted on one side of a split while the other side had a writer too: one truth of two.  "
     "It is counted in its class as well, mostly lost (writes.divergent).",
     NULL, NULL},
    {"durable",
     "A durable write was acknowledged, and every replica has it, or had it, as the newest of its item: what everybody "
     "takes all writes for.",
     NULL, NULL},
    {"ECS",
     "EDNS client subnet: a resolver passes a part of its user's address on, so that the name server decides by the "
     "user's place, not by the resolver's.",
     NULL, NULL},
    {"endpoint-group",
     "What an accelerator leads to in one region: balancers or services with weights, a dial, and health.", NULL, NULL},
    {"evaluate-target-health",
     "An alias with it is healthy only while what it stands for is: a balancer with a healthy target, a record with a "
     "healthy answer.",
     NULL, NULL},
    {"fail-open",
     "When no target is healthy, all are used as if they were: a broken check shall not take everything down.", NULL,
     NULL},
    {"failover", "Users or writes move from a place that has failed to another: detect, decide, promote, route.", NULL,
     NULL},
    {"fencing",
     "A writer that may have a successor is kept from making writes before that begins.  Here by a lease: it stops "
     "when "
     "those who watch it have not heard from it for so long.",
     NULL, "[database carts]\nfencing = yes"},
    {"flow",
     "The packets of one connection, known by both addresses and ports.  What spreads flows (NLB, an accelerator) "
     "keeps each where it is until it is idle for long enough.",
     NULL, NULL},
    {"happy-eyeballs",
     "A client that has two addresses tries the second when the first has not connected soon enough, and takes "
     "whichever is first.",
     NULL, NULL},
    {"hint",
     "A write that its coordinator keeps for a replica that did not acknowledge it, to bring it there later (hinted "
     "handoff).",
     NULL, NULL},
    {"hold-timer",
     "How long the two ends of a line hear nothing of each other until they call it gone and take the backup: with BGP "
     "90 s, less with BFD.",
     NULL, NULL},
    {"hot-partition",
     "A part of a table that gets more than its share, because of a few items that everybody wants: it refuses what is "
     "beyond its capacity (throttled), however idle the others are.",
     NULL, "[database carts]\nuse              = dynamodb-global-table\npartitions       = 4\npartition-writes = 1k/s"},
    {"in-flight",
     "A write in flight was acknowledged and is still on its way to a replica when the run ends.  Where the way begins "
     "in a failed region it is stranded.",
     NULL, NULL},
    {"jitter", "A random part of a delay: of the network, or of a pause before a retry.", NULL, NULL},
    {"keep-alive",
     "A connection is kept open after the answer and used again, so that the next request saves its handshake; it also "
     "keeps going to where it was opened, whatever DNS says since.",
     NULL, NULL},
    {"lag", "Replication lag: from the commit of a write until it is visible in another region.", NULL, NULL},
    {"last-writer-wins",
     "Of two conflicting writes the one with the later timestamp stays; the other, though acknowledged, is "
     "overwritten.",
     NULL, NULL},
    {"lost",
     "A lost write was acknowledged and is gone for good.  One that waits in a failed region is stranded, not lost.",
     NULL, NULL},
    {"monotonic-reads",
     "The promise that nobody who has seen something is shown anything older afterwards.  A user who is led to another "
     "copy may be: sessions.violations{promise=monotonic-reads}.",
     NULL, NULL},
    {"mrec",
     "Multi-Region eventual consistency, of DynamoDB global tables: a write is acknowledged in one region and brought "
     "to the others afterwards; the last writer wins.",
     NULL, NULL},
    {"mrsc",
     "Multi-Region strong consistency, of DynamoDB global tables: two of three regions have a write before it is "
     "acknowledged.",
     NULL, NULL},
    {"negative-caching", "A resolver keeps it too that a name has no address, for a time that the zone says.", NULL,
     NULL},
    {"objective",
     "A promise about a metric, in [objectives].  It is met only when the whole confidence interval lies on the good "
     "side, missed when the whole of it lies on the bad side, else not shown.",
     NULL, NULL},
    {"open-loop",
     "Users come at their rate whether or not earlier ones have been answered, as on the Internet: a slow system gets "
     "no fewer requests.",
     NULL, NULL},
    {"overwritten",
     "An overwritten write was acknowledged, and undone by one that did not know it: made at the same time in another "
     "region, or stamped by a clock that is ahead.  Nobody is told.  mrsim trace --writes overwritten lists them.",
     NULL, NULL},
    {"partition", "Places are up but cannot reach each other.  From either side it looks as if the other had failed.",
     NULL, NULL},
    {"percentile",
     "p99 is the value that 99 of 100 observations do not exceed.  Percentiles are computed from all observations "
     "together and never averaged.",
     NULL, NULL},
    {"phase",
     "What the users of a failover waited for, one after the other: detect (a judge finds it), decide (it tells), "
     "promote (another writer), route (users get there).  They add up to failover.time: recovery.time.",
     NULL, NULL},
    {"preset", "A named set of settings: use = NAME.  Shipped ones have a source for every value (mrsim list presets).",
     NULL, NULL},
    {"promotion", "A copy of the data becomes the writer.  Writes it had not received are lost.", NULL, NULL},
    {"quorum",
     "So many replicas of N that must have answered: W for a write, R for a read.  With R + W > N a read always hears "
     "one that has every acknowledged write; with less it may miss some: reads.stale.",
     NULL, NULL},
    {"read-repair", "A replica that a read found behind is sent the newest version that was found.", NULL, NULL},
    {"read-your-writes",
     "The promise that who has written reads it, or something newer.  A copy elsewhere may not have it yet: "
     "sessions.violations{promise=read-your-writes}, and readback.stale of those who look at once.",
     NULL, NULL},
    {"region",
     "A group of data centres in one area, with zones that fail independently; regions are tens of milliseconds apart "
     "or more.",
     NULL, NULL},
    {"replication",
     "One simulation of the scenario with random numbers of its own; -r says how many.  (Of data: copying writes to "
     "another region; see lag.)",
     NULL, NULL},
    {"resolver",
     "Looks names up for many users and keeps the answers for their TTL.  Name servers see its place, not its users'; "
     "big ones make what users get lumpy.",
     NULL, NULL},
    {"routing-control",
     "A switch per region that somebody turns by hand: names heed it as they heed a health check.  Safety rules keep "
     "too many from being off.",
     NULL, NULL},
    {"RPO",
     "Recovery point objective: how much acknowledged data may be lost, as time before the fault.  See writes.lost.",
     NULL, NULL},
    {"RTO",
     "Recovery time objective: how long after a fault users may have to wait until they are served again.  See "
     "failover.time.",
     NULL, NULL},
    {"seed",
     "The number that all random draws follow from.  Same scenario, seed and version: the same events.  Designs "
     "compared under one seed meet the very same users.",
     NULL, NULL},
    {"session",
     "What a system keeps of a user from one request to the next: that he has logged in, and what he has written.  In "
     "one instance (sticky), in one region (regional), in a table of all regions (global), or in his cookie (token).",
     NULL, "[service shop]\nsessions = token"},
    {"shallow",
     "A health check of a page that answers by itself: it says 200 while the database behind it is dead.  A deep one "
     "asks what lies behind, and goes down with it.",
     NULL, NULL},
    {"silent",
     "A fault in which nothing answers any more, so that callers wait for their time-out.  The opposite is `refused`: "
     "callers are told at once.",
     NULL, NULL},
    {"slow-start", "A new target of a balancer gets a growing share of requests for a while, so that it can warm up.",
     NULL, NULL},
    {"source",
     "Where a default comes from.  A letter says of what class: D, the provider's documentation; P, a published page "
     "or paper; N, a note that quotes the provider; S, a secondary figure, weak; assumed, nobody's figure: measure "
     "your own.  R53 is the Route 53 developer guide, AUR the Aurora user guide, DDB the DynamoDB developer guide, ALB "
     "the guide of application load balancers.",
     NULL, NULL},
    {"split-brain",
     "A writer that is only cut off goes on, and another has been promoted: both accept writes, and one side's will be "
     "undone (writes.divergent).  See fencing.",
     NULL, NULL},
    {"stale", "A read that is answered with something older than a write acknowledged before the read.", NULL, NULL},
    {"staleness",
     "How old what a read saw was: from the acknowledgement of the oldest newer write until the read.  How many reads "
     "were stale is reads.stale; how stale those were, reads.staleness.",
     NULL, NULL},
    {"standby",
     "A second instance in the same region that has everything and serves nobody, until the first is lost.  It does "
     "not "
     "help when the region is.",
     NULL, "[database carts]\nuse = rds-read-replica\nmulti-az = yes"},
    {"story",
     "One request told by mrsim trace: who did what when, as a tree of spans that adds up to the time of the request "
     "to the nanosecond.  What ran beside, at the same time, was not waited for in the end and is not added.",
     NULL, NULL},
    {"stranded", "A stranded write was acknowledged and waits in a failed region; it comes back with it.", NULL, NULL},
    {"stub",
     "What a user's own machine remembers of a name; a runtime such as the JVM may remember it for longer, or for as "
     "long as it runs.",
     NULL, NULL},
    {"superseded",
     "A superseded write was acknowledged, and replaced in order: a later write that knew it came before every replica "
     "had it.  Nothing is wrong with that; one that did not know it overwrites it.",
     NULL, NULL},
    {"switchover",
     "Another region becomes the writer with the consent of the old one, which stops and hands over: nothing is lost, "
     "and nobody writes for that long.  See failover.",
     NULL, "[action move]\nuse = switchover\nof = carts@eu-central-1\nat = 10m"},
    {"TTL",
     "Time to live: how long a resolver may answer from its cache.  A share of resolvers keep answers longer than they "
     "may.",
     NULL, NULL},
    {"verdict", "Met, missed or not shown: see objective.  The exit status says it too: 0, 1, 5.", NULL, NULL},
    {"warm-up", "Simulated time before 00:00:00 in which caches and queues fill; it is not measured.", NULL, NULL},
    {"witness",
     "A third place that votes and keeps no copy that could be read, so that two replicas have a majority with it.",
     NULL, NULL},
    {"write-forwarding",
     "A reader takes a write and passes it on to the writer, so that the application need not know who that is.  The "
     "reads of it then wait for nothing (eventual), for what their session has written (session), or for all that was "
     "committed (global).",
     NULL, "[database carts]\nuse              = aurora-global\nwrite-forwarding = session"},
    {"writer", "The place that accepts writes.", NULL, NULL},
    {"zonal-shift",
     "A zone is taken out of a balancer by hand: its address is told no more, and its targets get nothing new.", NULL,
     NULL},
    {"zone",
     "Availability zone: one or more data centres of a region, a millisecond from its other zones, that fail "
     "independently of them.",
     NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
