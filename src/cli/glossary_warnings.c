#include "cli/glossary.h"
#include <stddef.h>

const GlossaryEntry glossary_warnings[] = {
    {"dials-all-zero",
     "A traffic dial says how much of what would go to a region does.  With all of them at 0 there is nobody to send "
     "it "
     "to, and the accelerator sends it to the nearest healthy region, as if a region had failed.  To keep users "
     "away from one region, leave another dialled up.",
     "[accelerator door]\nendpoints = front\ndial = 0%",
     "[accelerator door]\nendpoints = front\n[accelerator door@us-east-1]\ndial = 0%"},
    {"double-steering",
     "An accelerator has the same address wherever it is asked for: anycast leads each user to the nearest edge, and "
     "the "
     "edge to a region.  A name before it that chooses by place or health has nothing to choose.",
     "[dns name]\npolicy = latency\nanswers = door     # an accelerator",
     "[dns name]\npolicy = simple\nanswers = door"},
    {"evaluate-without-alias",
     "evaluate-target-health lets an alias be healthy only while its target is.  An answer that is no alias has no "
     "target to ask: only a health check takes it out.",
     "[dns door]\nanswers = front\nevaluate-target-health = yes",
     "[dns door]\nanswers = front\nalias = yes\nevaluate-target-health = yes"},
    {"even-watchers",
     "A majority of four is three, so four bear the loss of one, like three; and of two, both must be there.  An even "
     "number only adds one more that can be lost.",
     "[database carts]\nwatchers = us-east-1, eu-central-1",
     "[database carts]\nwatchers = us-east-1, eu-central-1, eu-west-1"},
    {"failover-without-health-check",
     "Answers are to move away from a region that fails, but nothing watches it, so nothing will ever move.  Name a "
     "health check with `health`.",
     "[dns door]\npolicy = failover\nanswers = front",
     "[dns door]\npolicy = failover\nanswers = front\nhealth = alive\n"
     "[health-check alive]\nof = front"},
    {"fenced-by-one",
     "With fencing the writer goes on only as long as who watches it hears from it.  Where one member watches alone, "
     "the loss of that one, or of the line between them, stops the writer too: two regions then fail more often than "
     "one. Watchers in three places go on without any one of them.",
     "[database carts]\nfencing = yes",
     "[database carts]\nfencing = yes\nwatchers = us-east-1, eu-central-1, eu-west-1"},
    {"impossible-objective",
     "The bound cannot be met, whatever is drawn: the best case of the phases it is made of takes longer.  The message "
     "names them.",
     "[objectives]\nfailover.time <= 10s      # detection alone takes 30 s", "[objectives]\nfailover.time <= 2m"},
    {"latency-without-availability",
     "Failed requests are in no latency, so a system that answers nothing is fast.  Promise an availability beside the "
     "latency.",
     "[objectives]\nlatency.p99 <= 250ms", "[objectives]\nlatency.p99 <= 250ms\navailability >= 99%"},
    {"no-headroom",
     "With one of n regions lost, the others get its load.  Above (n - 1)/n of their capacity in use before, that is "
     "more than they can serve: queues grow until requests time out.",
     NULL, NULL},
    {"overloaded",
     "More is asked of this thing, as long as all is well, than its workers can do in the mean: capacity is workers "
     "divided by the time that each is held, by its own work and by the databases and services it waits for.  What is "
     "too much waits, and is refused where the queue has an end or given up where it has none.  A replica is "
     "overloaded "
     "when the others tell it of more writes than it can apply: its lag grows.  A run goes on all the "
     "same, for that may be what you want to see; but no figure of it settles, and more than memory holds ends it.",
     "[clients europe]\nrate = 3k/s\n[service shop]            # 3 servers x 9 workers / 20 ms = 1350 /s\nwork = 20ms",
     "[service shop]\nwork = 20ms\nservers = 9"},
    {"rare-fault",
     "A fault that comes at random comes so seldom that hardly any replication sees it: the figures tell of a world "
     "without it, and now and then of one failure.  Ask what one costs (at), and multiply by how often it comes; or "
     "simulate as long as it takes to see many.",
     "[scenario]\nduration = 1h\n[fault virginia-fails]\nevery = exponential(mean=90d)",
     "[scenario]\nduration = 1h\n[fault virginia-fails]\nat = 20m"},
    {"retry-amplification",
     "Every layer that retries multiplies the attempts of the layer above it.  Along this chain one request may become "
     "more than three: under overload that is what keeps a system down.",
     NULL, NULL},
    {"shadowed-setting",
     "The setting reaches not every place: a more specific section, [kind name@region], says the same key and wins "
     "there, whichever file it stands in.",
     "--set shop.servers=8      # and [service shop@eu-central-1] says servers = 4",
     "--set shop.servers=8 --set shop@eu-central-1.servers=8"},
    {"shallow-health-check",
     "The health check asks for a page that does not touch what the service depends on, so it stays green while every "
     "real request fails.",
     "page = shallow", "page = deep"},
    {"spof-database",
     "Every write goes to one region: when that region is lost nobody can write until another one has been promoted, "
     "however many regions serve.",
     NULL, NULL},
    {"too-few-samples",
     "The percentile of the objective stands for too few requests to mean anything: p99.9 of 5,000 requests is the "
     "fifth slowest.  Simulate longer, or more replications.",
     NULL, NULL},
    {"unheeded-setting",
     "The record says for whom it is, or how near it shall seem, but only another record of the policy that goes by "
     "that would heed it, and none answers with this one.",
     "[dns door]\npolicy = latency\nanswers = eu\n[dns eu]\nlocation = europe",
     "[dns door]\npolicy = geolocation\nanswers = eu\n[dns eu]\nlocation = europe"},
    {"unused-section", "Nothing refers to this thing, so it takes no part in the simulation.", NULL, NULL},
    {"use-changed",
     "A later file makes the thing from another component, so the section starts afresh: settings of the earlier "
     "component no longer apply. The note lists them.",
     NULL, NULL},
    {"users-without-answer",
     "The answers of this name are each meant for some: for a country, a continent, a network.  Nobody's is for these "
     "users, so their look-ups come back empty and their requests fail (requests.failed{why=empty-dns}), however well "
     "everything is.  Route 53 calls the record for the others default; here it is `elsewhere`.",
     "[dns door]\npolicy = geolocation\nanswers = eu\n[dns eu]\nlocation = europe       # and users in US",
     "[dns door]\npolicy = geolocation\nanswers = eu, rest\n[dns rest]\nlocation = elsewhere"},
    {"warm-up-eats-run", "The warm-up is longer than what is measured.  The warm-up is simulated, and thrown away.",
     "duration = 5m\nwarm-up = 10m", "duration = 1h\nwarm-up = 5m"},
    {"weights-all-zero",
     "A weight of 0 keeps an answer in reserve: it is given only when every answer with a weight is unhealthy.  Where "
     "all weights are 0 there is nobody to be in reserve for, and Route 53 gives each of them as often as any other.",
     "answers = 0 stable, 0 canary      # half each", "answers = 1 stable, 0 canary"},
    {NULL, NULL, NULL, NULL},
};
