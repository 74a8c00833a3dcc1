#include "cli/glossary.h"
#include <stddef.h>

const GlossaryEntry glossary_errors[] = {
    {"ambiguous-reference",
     "The name fits things of two kinds.  A name is unique only within its kind; where two kinds share one, write the "
     "kind before it.",
     "calls = carts            # there are [service carts] and [database carts]", "calls = database carts"},
    {"bad-csv",
     "The CSV file is not a table: a record has more or fewer fields than the header, a quote is not closed, or a "
     "field that must be a number is none.  The message names the line of the CSV file.",
     "ms\n12,7", "ms\n12.7"},
    {"bad-encoding",
     "A scenario is text in UTF-8.  Control characters, NUL bytes and other encodings are refused, for they would hide "
     "what a line says.",
     "title = caf\\xe9         # one byte of Latin-1", "title = café"},
    {"bad-header",
     "A section begins with its kind and its name in brackets, [kind name]; what differs in one region has the region "
     "behind an @.  Kinds and names are lower-case letters, digits and hyphens.  [scenario] and [objectives] take no "
     "name.",
     "[Service: shop]", "[service shop]\n[service shop@eu-central-1]"},
    {"bad-list",
     "An item of a list is a name, with at most one quantity before it of the kind that the key expects: a share (80% "
     "read), a weight (90 stable), or how often (5x carts).",
     "calls = 5 carts", "calls = 5x carts"},
    {"bad-network",
     "A network is an IPv4 address and how many of its bits count: 1 to 24, for no look-up tells more.  The bits "
     "behind them are 0.  `elsewhere` stands for everybody else: Route 53's default.",
     "networks = 198.51.101.0/22", "networks = 198.51.100.0/22, elsewhere"},
    {"bad-objective",
     "An objective is a metric, perhaps with labels in braces, then <= or >=, then a quantity.  Bounds are inclusive; "
     "there is no =, < or ==.  `NAME = default` drops an inherited objective.",
     "latency.p99 < 250ms", "latency.p99 <= 250ms\nlatency.p99{clients=europe} = default"},
    {"bad-point",
     "A point in time is a duration after the start of measurement, a clock time after it (hours, minutes, seconds), "
     "or an event of a named thing, perhaps with a duration added.  Events: start end detected decided promoted back.",
     "at = 20", "at = 20m\nat = 00:20:00\nat = cable.end + 30m"},
    {"bad-quantity",
     "This is not a number with a unit that mrsim knows.  The decimal sign is a point; there are no thousands "
     "separators and no compound times.",
     "timeout = 0,5s\nfor = 1h30m", "timeout = 0.5s\nfor = 90m"},
    {"bad-threshold",
     "A threshold is a figure as an objective names it, perhaps with labels in braces, then >, >=, < or <=, then a "
     "quantity.",
     "watch = replication.lag", "watch = replication.lag.mean{database=carts} > 10s"},
    {"contradictory-settings",
     "Two settings of one thing exclude each other, or one makes no sense without the other.  The message names both.",
     "interval = 10s\ntimeout = 20s          # an attempt would outlast the interval", "interval = 10s\ntimeout = 4s"},
    {"cycle", "Things refer to each other in a ring: a request that came in here would never get out.",
     "[dns a]\nanswers = b\n[dns b]\nanswers = a", "[dns a]\nanswers = b\n[dns b]\nanswers = front"},
    {"dangling-comma", "A value that ends in a comma goes on in the next line; here no further value follows.",
     "regions = us-east-1,\n[clients europe]", "regions = us-east-1,\n          eu-central-1\n[clients europe]"},
    {"disabled-reference",
     "The thing is named, but `enabled = no` keeps it out of the scenario.  Enable it, or take the reference out.",
     "[service shop]\nenabled = no\n[balancer front]\nto = shop", "[service shop]\n[balancer front]\nto = shop"},
    {"duplicate-key",
     "A key is given twice in one section of one file.  Which of the two was meant cannot be guessed.  (A file that "
     "extends another may give it again: that is what extending is for.)",
     "servers = 4\nservers = 6", "servers = 6"},
    {"duplicate-section", "A section stands twice in one file.  Put all of its settings into one.",
     "[service shop]\nservers = 6\n[service shop]\ncalls = carts", "[service shop]\nservers = 6\ncalls = carts"},
    {"empty-csv", "The CSV file has a header but no record, or nothing at all: there is nothing to draw from.", "ms",
     "ms\n12.7\n9.1"},
    {"empty-value",
     "There is nothing behind the equals sign.  Write `default` to take the default again, or `none` where a key "
     "allows it.",
     "health =", "health = none"},
    {"extends-cycle", "A file extends itself, perhaps by way of others, so there is no first one.",
     "; in a.ini\nextends = b.ini\n; in b.ini\nextends = a.ini", "; in a.ini\nextends = b.ini"},
    {"file-too-big", "A scenario has at most 4 MiB.  This is probably not the file that was meant.", NULL, NULL},
    {"line-too-long", "A line has at most 4,096 bytes.  A value that ends in a comma goes on in the next line.", NULL,
     NULL},
    {"local-hides-shipped",
     "A [preset NAME] of the scenario has the name of a shipped preset.  It must say `use = NAME` itself, and so build "
     "on the shipped one; else a reader would take it for that.",
     "[preset alb]\nalgorithm = round-robin", "[preset alb]\nuse = alb\nalgorithm = round-robin"},
    {"missing-key",
     "A key without a default is missing.  It is asked for even when the thing is disabled, for a mistyped name in a "
     "header makes a new thing, and this is how it shows.",
     "[clients europe]\nrate = 40/s", "[clients europe]\nplaces = 100% DE\nrate = 40/s\nenter = door"},
    {"missing-region", "The thing is in several places, and the message wants one of them: NAME@REGION.", "of = front",
     "of = front@us-east-1"},
    {"missing-unit",
     "A quantity has a unit; only counts have none.  250 could be milliseconds or seconds, 0.8 could be 80 % or 0.8 %.",
     "ttl = 60\nerrors = 0.01", "ttl = 60s\nerrors = 1%"},
    {"no-file",
     "A file that the scenario names is not there, or cannot be read.  A name is relative to the file that says it.",
     "extends = base            # and there is no shipped scenario of that name", "extends = base.ini"},
    {"no-path",
     "Nothing says how far apart two places are: at least one of them is not among the measured regions.  Say which "
     "one it resembles (`like`), or give the round trip with a [link].",
     "[region moon]\nzones = 1", "[link to-moon]\nfrom = us-east-1\nto = moon\nrtt = 2.6s"},
    {"no-section", "A setting stands before the first section, so it belongs to nothing.", "duration = 1h\n[scenario]",
     "[scenario]\nduration = 1h"},
    {"no-succession",
     "Only where one region writes can another come to write in its place.  In a table that accepts writes everywhere, "
     "and in a store where so many must agree, there is no writer to be replaced.",
     "[database carts]\nuse = dynamodb-global-table\n[action move]\nuse = failover\nof = carts@eu-central-1\nat = 10m",
     "[database carts]\nuse = aurora-global\n[action move]\nuse = failover\nof = carts@eu-central-1\nat = 10m"},
    {"not-transitive",
     "A service calls something in another region that is connected with its own only by way of a third.  A peering, a "
     "line or a tunnel joins two places; what arrives there is not passed on.  Join the two directly, or attach all "
     "three to one transit gateway.",
     "[link a-b]                # peered: a with b\nfrom = a\nto = b\n[link b-c]                # and b with c, but a "
     "calls c\nfrom = b\nto = c",
     "[link hub]\nuse = transit-gateway\nattachments = a, b, c"},
    {"not-yet",
     "The word is reserved for something that this version of mrsim cannot do.  It is refused rather than ignored, so "
     "that a scenario never means less than it says.",
     "[sweep ttl]\ndoor.ttl = 10s, 60s", "mrsim FILE --set door.ttl=10s"},
    {"nothing-to-answer",
     "A name is to answer with something that runs in no region: there is no address to tell.  Let it run somewhere, "
     "or take it out of the answers.",
     "[balancer front@us-east-1]         # the only region there is\nenabled = no", NULL},
    {"nothing-to-reset",
     "`key = default` forgets what earlier files said, but none of them said anything.  Probably the key or the "
     "section is mistyped.  (The default location or network of Route 53 is written `elsewhere`.)",
     "[service shop]\nqueue = default", "queue                     # leave the line out"},
    {"out-of-range", "The value is outside the bounds of this key; the message names them.", "servers = 0",
     "servers = 1"},
    {"outside-of-set",
     "DynamoDB keeps strong consistency within one of three sets of regions, in the US, in Europe and in Asia; its "
     "three "
     "members (three replicas, or two and a witness) are all in one.  A place of your own that is like a region counts "
     "as that; places that are like none may be with each other.",
     "[database carts]\nuse = dynamodb-mrsc\nreplicas = us-east-1, us-east-2\nwitness = eu-west-1",
     "[database carts]\nuse = dynamodb-mrsc\nreplicas = us-east-1, us-east-2\nwitness = us-west-2"},
    {"promotes-the-writer",
     "A switchover or a failover names the region that shall write.  This one does so already when the run begins, and "
     "nothing in the scenario would change that before.",
     "[database carts]\nuse = aurora-global\nwriter = us-east-1\npromotion = never\n[action move]\nuse = switchover\n"
     "of = carts@us-east-1\nat = 10m",
     "[action move]\nuse = switchover\nof = carts@eu-central-1\nat = 10m"},
    {"quorum-out-of-reach",
     "A read or a write waits for more replicas than the store has, so it would never be answered.  N is the number of "
     "regions in `replicas`, or of all regions.",
     "replicas = eu-west-1, us-east-1\nread-quorum = 3", "read-quorum = 2"},
    {"reserved-name",
     "A few words mean something wherever a name may stand, so they cannot be names: all any default each never no "
     "none yes.",
     "[service all]", "[service every-page]"},
    {"session-reads-without-sessions",
     "The database promises its readers something about what they have written themselves, and the services that read "
     "it do not know their users when they come again: let one on the way keep sessions.",
     "[database carts]\nwrite-forwarding = session\n[service shop]\nsessions = none",
     "[database carts]\nwrite-forwarding = session\n[service shop]\nsessions = token"},
    {"shares-not-100", "Shares that divide a whole must add up to 100 %.", "mix = 80% read, 30% write",
     "mix = 80% read, 20% write"},
    {"syntax", "The line is neither empty, nor a comment, nor a [section], nor a setting `key = value`.", "servers 6",
     "servers = 6"},
    {"too-many-secondaries",
     "An Aurora Global Database has one region that writes and at most ten that follow it.  Name those that it is to "
     "be "
     "in, or take another database.",
     "[database carts]\nuse = aurora-global         # in a scenario of fourteen regions",
     "[database carts]\nuse = aurora-global\nregions = us-east-1, eu-central-1, ap-northeast-1"},
    {"ttl-on-alias",
     "An alias has no TTL of its own.  What an alias to a balancer or an accelerator says may be kept for 60 s, what "
     "one to a record says as long as that record allows; AWS accepts no other.  An answer that is a record is an "
     "alias "
     "in any case.",
     "[dns door]\nanswers = front\nalias = yes\nttl = 10s",
     "[dns door]\nanswers = front\nalias = yes\nttl = default      # where an earlier file gives one"},
    {"unclosed-paren",
     "A parenthesis is opened and not closed.  Inside parentheses a value does not go on in the next line unless the "
     "line ends in a comma.",
     "work = lognormal(p50=8ms, p99=40ms", "work = lognormal(p50=8ms, p99=40ms)"},
    {"unclosed-quote",
     "A quoted text ends in the line it begins in.  A quote inside is written \\\" and a backslash \\\\.",
     "title = \"Shop #1", "title = \"Shop #1\""},
    {"unknown-argument", "The law has no such argument; the message names those it has.",
     "work = lognormal(p50=8ms, p95=40ms)", "work = lognormal(p50=8ms, p99=40ms)"},
    {"unknown-choice", "The key takes one of a few words; the message names them.", "policy = latancy",
     "policy = latency"},
    {"unknown-column", "The CSV file has no column of that name; the message names those of its header line.",
     "work = empirical(times.csv, column=mintes)", "work = empirical(times.csv, column=minutes)"},
    {"unknown-key",
     "A thing of this kind has no such key.  Nothing that is written is ignored: a mistyped key would leave the "
     "default in force unnoticed.  Keys that begin with x- are notes of your own.  mrsim describe KIND lists the keys.",
     "[dns door]\nttll = 60s", "[dns door]\nttl = 60s"},
    {"unknown-label", "The metric has no such label.  mrsim explain METRIC lists them.",
     "latency.p99{client=europe} <= 250ms", "latency.p99{clients=europe} <= 250ms"},
    {"unknown-label-value", "No thing of the scenario has this name, so nothing would ever be measured under it.",
     "latency.p99{clients=eurpe} <= 250ms", "latency.p99{clients=europe} <= 250ms"},
    {"unknown-law",
     "There is no such distribution.  There are uniform, exponential, normal, lognormal, gamma, weibull, pareto, zipf, "
     "mixture and empirical; a plain quantity is a constant.",
     "work = log-normal(p50=8ms, p99=40ms)", "work = lognormal(p50=8ms, p99=40ms)"},
    {"unknown-location",
     "A location is a continent (africa, asia, europe, north-america, oceania, south-america), a country in two "
     "capital letters, or `elsewhere`: Route 53's default, everybody whom no other record names.  The codes of "
     "continents are not taken, since SA and AF are countries too; the Middle East is in asia.",
     "location = EU", "location = europe"},
    {"unknown-metric",
     "Nothing of that name is measured, or the metric has no such statistic.  mrsim explain lists the metrics.",
     "latency.p98 <= 250ms", "latency.p99 <= 250ms"},
    {"unknown-model",
     "`use` names a component or a preset of this kind; there is none of that name.  mrsim describe lists components, "
     "mrsim list presets.",
     "[database carts]\nuse = arora", "[database carts]\nuse = aurora"},
    {"unknown-place", "No country, no city and no region of that name is known.  Countries are two capital letters.",
     "places = 100% UK", "places = 100% GB"},
    {"unknown-reference", "Nothing in the scenario has that name.", "calls = cart              # [database carts]",
     "calls = carts"},
    {"unknown-region",
     "The region is neither among `regions` of [scenario] nor, where any place will do, among the known ones.  mrsim "
     "list regions names those with measured distances; [region NAME] declares others.",
     "regions = us-east-1, eu-cental-1", "regions = us-east-1, eu-central-1"},
    {"unknown-section",
     "There is no such kind of thing.  mrsim describe lists the kinds.  Sections that begin with x- are notes of your "
     "own.",
     "[load-balancer front]", "[balancer front]"},
    {"unknown-zone",
     "The region has no such zone.  Zones are called a, b, c, ...; a region that is measured has as many as in fact, "
     "unless its [region] says otherwise (zones = 3).",
     "zone = e", "zone = b"},
    {"unnamed-argument", "The arguments of this law are named, because their order could be taken either way.",
     "work = lognormal(8ms, 40ms)", "work = lognormal(p50=8ms, p99=40ms)"},
    {"unreachable",
     "A service calls something in another region.  As soon as a scenario names connections between private networks "
     "(vpc-peering, transit-gateway, vpn, direct-connect), such a call needs one that joins the two regions.  Users, "
     "name servers and what managed databases copy need none.",
     "[service shop]\ncalls = ledger@eu-central-1",
     "[link over-there]\nuse = vpc-peering\nfrom = us-east-1\nto = "
     "eu-central-1"},
    {"unused-section",
     "Nothing refers to this thing, so it takes no part in the simulation.  When its name is near that of another "
     "thing of its kind it is an error, for then it was probably meant to be that one.",
     "[dns dor]                 # meant to change [dns door]\nttl = 10s", "[dns door]\nttl = 10s"},
    {"unwatchable-metric",
     "An alarm stands in a region and reads what the services there publish: queues, workers, writes, replication.  "
     "What users felt is measured where they are, and what happens once per fault is known only afterwards.",
     "watch = latency.p99 > 500ms", "watch = queue.length.mean{service=shop} > 20"},
    {"writer-elsewhere", "The database runs in the regions that it names, and writes in one of them.",
     "[database carts]\nregions = eu-central-1, eu-west-1\nwriter = us-east-1",
     "[database carts]\nregions = us-east-1, eu-central-1, eu-west-1\nwriter = us-east-1"},
    {"wrong-dimension", "The quantity is good, but of another kind than the key or the metric wants.", "rate = 60ms",
     "rate = 60/s"},
    {NULL, NULL, NULL, NULL},
};
