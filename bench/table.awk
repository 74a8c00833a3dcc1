# The table of bench/bench.sh.  Reads the history (lines that begin with a brace), then what was measured: "ROUND NAME
# rate=... name=value ...", NAME being "what.who", and who "ours..." for mrsim.  Prints medians, from lowest to highest
# of the rounds; ratios are of one round each.  Writes the line for the history to line_file.
# -v: machine compiler version commit rounds date line_file

/^\{/ {
    if (index($0, "\"machine\":\"" quoted(machine) "\"")) past[++n_past] = $0
    next
}
{
    for (i = 3; i <= NF; i++) {
        split($i, pair, "=")
        value[$2, pair[1], $1] = pair[2]
        if (pair[1] == "digest") {
            if (($2 in digest) && digest[$2] != pair[2]) {
                print "bench: " $2 ": digests differ between rounds"
                exit failed = 1
            }
            digest[$2] = pair[2]
        }
    }
    there[$2] = 1
}

function quoted(text) { gsub(/["\\]/, "", text); return text }
function sort(n, i, j, x) {
    for (i = 2; i <= n; i++) {
        x = list[i]
        for (j = i - 1; j >= 1 && list[j] > x; j--) list[j + 1] = list[j]
        list[j + 1] = x
    }
}
function middle(n) { sort(n); return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
# Sets mid, low, high to those of a figure over the rounds, or of the quotient of two.  false: it is not there.
function over_rounds(name, key, below, n, r) {
    n = 0
    for (r = 1; r <= rounds; r++)
        if (((name, key, r) in value) && (below == "" || ((below, key, r) in value)))
            list[++n] = value[name, key, r] / (below == "" ? 1 : value[below, key, r])
    if (!n) return 0
    mid = middle(n); low = list[1]; high = list[n]
    return 1
}
# The median of this figure in the last five runs on this machine; "" if there is none.
function before(figure, i, at, n) {
    n = 0
    for (i = n_past; i >= 1 && n < 5; i--)
        if (at = index(past[i], "\"" figure "\":"))
            list[++n] = substr(past[i], at + length(figure) + 3) + 0
    return n ? middle(n) : ""
}
# Keeps a figure for the history and tells how it has changed.
function changed(figure, now, was) {
    was = before(figure)
    record = record (record == "" ? "" : ",") "\"" figure "\":" sprintf("%.6g", now)
    if (!(was > 0)) return ""
    was = int((now / was - 1) * 100 + 100.5) - 100 # whole percents, never -0
    return (was > 0 ? "+" : "") was " %"
}
function si(x) {
    if (x >= 1e6) return sprintf("%.3g M", x / 1e6)
    if (x >= 1e3) return sprintf("%.3g k", x / 1e3)
    return sprintf("%.3g", x)
}
function pad(text, width, t) { # characters, not bytes
    t = text; gsub(/[\200-\277]/, "", t)
    return length(t) >= width ? text : text sprintf("%" (width - length(t)) "s", "")
}
function judge(must, aim, sign) { # of mid, low, high; sign -1: at most
    if (must == "") return ""
    if (sign * mid < sign * must) return "missed"
    return (aim != "" && sign * mid >= sign * aim ? "aim met" : "met") \
        (sign * (sign > 0 ? low : high) < sign * must ? ", not in every round" : "")
}
function range(format) { return low == high ? "" : sprintf(format, low) "–" sprintf(format, high) }
function from_to() { return low == high ? "" : si(low) " – " si(high) }
function mark(must, aim) { return must == "" ? "" : "≥ " must (aim == "" ? "" : ", aim " aim) }
function row(what, who, figure, spread, ratio, ratios, must, verdict, since, line) {
    line = pad(what, 17) pad(who, 28) pad(figure, 9) pad(spread, 18) pad(ratio, 9) pad(ratios, 12) pad(must, 18)
    line = line pad(verdict, 9) since
    sub(/ +$/, "", line); print line
}
function head(title) {
    print ""
    row(title, "", "", "", "", "", "", "", "")
}
# mrsim's own row: rate, and a mark on it where there is one.
function ours(what, name, who, must, aim) {
    if (!over_rounds(name, "rate")) return
    row(what, who, si(mid), from_to(), "", "", must == "" ? "" : "≥ " si(must) (aim == "" ? "" : ", aim " si(aim)),
        judge(must, aim, 1), changed(name, mid))
}
# A peer's row: its rate, and mrsim's over it.
function peer(name, who, ours_name, must, aim, rate, spread) {
    if (!over_rounds(name, "rate")) return
    rate = si(mid); spread = from_to()
    changed(name, mid)
    if (!over_rounds(ours_name, "rate", name)) return
    row("", who, rate, spread, "× " sprintf("%.3g", mid), range("%.3g"), mark(must, aim), judge(must, aim, 1),
        changed(ours_name "/" name, mid))
}
function detail(what, name, key, format, scale, most, v) {
    if (!over_rounds(name, key)) return
    v = judge(most, "", -1)
    mid *= scale; low *= scale; high *= scale
    row("", what, sprintf(format, mid), range(format), "", "", most == "" ? "" : "≤ " most, v, changed(name "." key, mid))
}
function hold(n, title, must, aim) {
    ours(title, "hold-" n ".ours", "mrsim", "", "")
    ours("", "hold-" n ".ours-heap", "mrsim, with the heap", "", "")
    peer("hold-" n ".ns3", "ns-3, PriorityQueue", "hold-" n ".ours", must, aim)
    peer("hold-" n ".ns3-default", "ns-3, its default (Map)", "hold-" n ".ours", "", "")
    peer("hold-" n ".simpy", "SimPy, callbacks", "hold-" n ".ours", "", "")
}
function mean_latency(peer_name, difference) {
    if (!over_rounds(peer_name, "mean_ms", "pipeline.ours-no-fault")) return
    difference = (mid - 1) * 100
    row("", "its mean latency − mrsim's", sprintf("%+.2f %%", difference), "", "", "", "within 2 %",
        difference < 2 && difference > -2 ? "met" : "missed", "")
}

# Both event lists must have taken the same events in the same order.
function same_digests(name) {
    for (name in digest)
        if (((name "-heap") in digest) && digest[name] != digest[name "-heap"]) {
            print "bench: " name ": the two event lists differ"
            exit failed = 1
        }
}

END {
    if (failed) exit 1
    same_digests()
    print ""
    row("", "", "median", "from – to", "mrsim is", "from–to", "must", "", n_past ? "since" : "")
    if ("hold-1e3.ours" in there) {
        head("Hold model, exponential increments (fixed: all of one length): events per second")
        hold("1e1", "10 pending", "", "")
        hold("1e3", "1,000", "2.5", "4")
        hold("1e5", "100,000", "3", "6")
        hold("1e6", "1,000,000", "3", "6")
        hold("1e5-constant", "100,000, fixed", "", "")
    }
    if ("mm1.ours" in there) {
        head("M/M/1 at 0.9: customers per second")
        ours("", "mm1.ours", "mrsim", "", "")
        ours("", "mm1.ours-heap", "mrsim, with the heap", "", "")
        peer("mm1.ns3", "ns-3, PriorityQueue", "mm1.ours", "3", "4.4")
        peer("mm1.ns3-default", "ns-3, its default (Map)", "mm1.ours", "", "")
        peer("mm1.simpy", "SimPy, processes and Store", "mm1.ours", "90", "120")
        peer("mm1.simpy-callback", "SimPy, callbacks", "mm1.ours", "", "")
        ours("as a scenario", "mm1.ours-scenario", "mrsim", "", "")
    }
    if ("pipeline.ours-no-fault" in there) {
        head("us-eu-active-active: requests per second")
        ours("as shipped", "pipeline.ours", "mrsim", "600000", "1000000")
        detail("events per second", "pipeline.ours", "events_per_second", "%.3g M", 1e-6, "")
        detail("events per request", "pipeline.ours", "events_per_request", "%.2f", 1, 10)
        detail("ns per request", "pipeline.ours", "ns_per_request", "%.0f", 1, "")
        detail("peak memory, MiB", "pipeline.ours", "peak_kib", "%.1f", 1 / 1024, "")
        ours("", "pipeline.ours-heap", "mrsim, with the heap", "", "")
        ours("no outage", "pipeline.ours-no-fault", "mrsim", "", "")
        peer("pipeline.simpy", "SimPy, processes", "pipeline.ours-no-fault", "12", "20")
        peer("pipeline.simpy-timeouts", "SimPy, with time-outs too", "pipeline.ours-no-fault", "", "")
        peer("pipeline.simpy-callback", "SimPy, callbacks", "pipeline.ours-no-fault", "", "")
        mean_latency("pipeline.simpy")
        ours("10 × the users", "pipeline.ours-busy", "mrsim", "", "")
        detail("ns per request", "pipeline.ours-busy", "ns_per_request", "%.0f", 1, "")
        detail("requests in flight", "pipeline.ours-busy", "in_flight", "%.0f", 1, "")
        detail("bytes per one in flight", "pipeline.ours-busy", "bytes_per_request", "%.0f", 1, "")
        detail("peak memory, MiB", "pipeline.ours-busy", "peak_kib", "%.1f", 1 / 1024, "")
    }
    if (over_rounds("cores.ours", "rate")) {
        head("Two replications: one core's time over that of two")
        row("", "mrsim", sprintf("%.2f", mid), range("%.2f"), "", "", "≥ 1.9", judge(1.9, "", 1), changed("cores.ours", mid))
    }
    print ""
    if (n_past)
        print "since: against the median of the last " (n_past < 5 ? n_past : 5) " run" (n_past == 1 ? "" : "s") \
            " on this machine; the rate of mrsim's rows, the ratio of the others"
    printf "{\"date\":\"%s\",\"version\":\"%s\",\"commit\":\"%s\",\"machine\":\"%s\",", date, quoted(version),
        quoted(commit), quoted(machine) >line_file
    printf "\"compiler\":\"%s\",\"rounds\":%d,\"figures\":{%s}}\n", quoted(compiler), rounds, record >line_file
}
