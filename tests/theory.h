/* Theory: what queues, checkers, caches and copies must show, in closed form.
 *
 * The tests compare mrsim with these and with nothing that mrsim itself computed.  Rates are per second, times in
 * seconds, shares 0..1.  Sources stand at each function; a derivation where there is none. */
#ifndef MRSIM_TESTS_THEORY_H
#define MRSIM_TESTS_THEORY_H

/* ---- queues: Poisson arrivals at rate `lambda`, `c` workers of rate `mu` each (Kleinrock, Queueing Systems 1) ---- */
double theory_erlang_b(double load, int c); /* share lost without a queue; load = lambda/mu; any service law */
double theory_erlang_c(double load, int c); /* share that waits, load < c */
double theory_mmc_wait(double lambda, double mu, int c);
double theory_mmc_response(double lambda, double mu, int c);
/* The p-quantile of the response time of M/M/1: exponential. */
double theory_mm1_response_quantile(double lambda, double mu, double p);
/* ... and of M/M/c (Gross and Harris, Fundamentals of Queueing Theory, 2.3): with a = lambda/mu and d = c - 1 - a,
 * P(T > t) = e^(-mu·t)·(1 + C·(1 - e^(-mu·d·t))/d). */
double theory_mmc_response_quantile(double lambda, double mu, int c, double p);
/* Every k-th of Poisson arrivals (`lambda` in all, k workers in turn): E_k/M/1, mean response 1/(mu·(1 - s)), where s
 * is the root of s = A*(mu·(1 - s)) (GI/M/1, Kleinrock 6.4). */
double theory_in_turn_response(double lambda, double mu, int k);
/* Pollaczek and Khinchine: mean response of one worker with any service law of this mean and squared coefficient of
 * variation. */
double theory_mg1_response(double lambda, double mean, double cv2);
/* The same for each of very many workers with one line each, where each arrival joins the shorter of two lines drawn at
 * random: sum of rho^(2^k - 2), k from 1, over mu (Mitzenmacher, IEEE TPDS 12(10), 2001). */
double theory_supermarket_response(double rho, double mu);
/* At most `k` in the system: share refused, and mean response of the others. */
double theory_mmck_refused(double lambda, double mu, int c, int k);
double theory_mmck_response(double lambda, double mu, int c, int k);
/* Lognormal by p50 and p99: mean, and squared coefficient of variation. */
double theory_lognormal_mean(double p50, double p99);
double theory_lognormal_cv2(double p50, double p99);
/* Pareto from `min` on, shape > 2: least value by the mean, and squared coefficient of variation. */
double theory_pareto_min(double mean, double shape);
double theory_pareto_cv2(double shape);

/* ---- health checks ---- */
/* Mean time from a failure to the verdict.  n checkers ask every `interval` (from response to next request) at uniform
 * phases; each is sure after k failed checks of duration t; the endpoint is out when n - floor(share·n) are sure: the
 * time of the last of these is the m-th of n uniform phases, m·interval/(n + 1), then k - 1 times (interval + t) and t.
 */
double theory_detection(int n, double share, double interval, int k, double t);

/* ---- flows ---- */
/* Share of requests at exponential gaps of this mean that come over a connection forgotten after `idle` of silence on
 * one side and kept for `kept` on the other. */
double theory_forgotten_flows(double gap, double idle, double kept);

/* ---- caches ---- */
/* A cache of look-ups at rate q that keeps an answer for `ttl`: the share of time in which it holds one. */
double theory_cached(double q, double ttl);
/* Share of look-ups that a cache still answers with the old answer, t after a change, t <= ttl: it was filled in the
 * last ttl - t before the change, and fillings come at rate q/(1 + q·ttl) (renewal). */
double theory_still_old(double q, double ttl, double t);
/* The same where an answer is kept for a time of any law of mean `hold`: it was still to be kept for `left` on average
 * beyond t, the integral from t on of the chance to be kept longer. q·left/(1 + q·hold) (renewal). */
double theory_still_old_held(double q, double hold, double left);
/* `left` at t where the hold is constant, or exponential with this mean. */
double theory_left_constant(double hold, double t);
double theory_left_exponential(double mean, double t);
/* Who is told something new at time s has an old address with probability old(s); he keeps it for `keep`, needs one
 * again after an exponential pause of mean `pause`, and sends requests at rate 1/pause meanwhile.  The share of his
 * requests that go to the old address, t after the change: in a cycle of keep + pause one request is the first, at age
 * 0, and keep/pause come at ages uniform on 0..keep (renewal reward). */
typedef double (*TheoryOld)(const void *whose, double s);
double theory_requests_old(double keep, double pause, double t, TheoryOld old, const void *whose);
/* Of n items with weights 1/k: the weight of the k-th, and how many equal ones they count for, 1/sum of squares. */
double theory_zipf_weight(int n, int k);
double theory_zipf_effective(int n);

/* ---- copies ---- */
/* Two writers of one item at rates a and b, each learning of the other's writes after a constant lag (d_ab: what a
 * writes reaches b): rate of writes overwritten by a later one whose author had not seen them. */
double theory_overwritten(double a, double b, double d_ab, double d_ba);
/* The same summed over n items, of which each write takes the k-th with weight 1/k. */
double theory_overwritten_zipf(double a, double b, double d_ab, double d_ba, int n);
/* Rate of pairs of which neither author had seen the other's: b's writes from d_ba before to d_ab after each of a's. */
double theory_conflicts(double a, double b, double d_ab, double d_ba);
/* One writer at `rate`: share of writes whose next one comes before the copy, `lag` behind, has them. */
double theory_superseded(double rate, double lag);
/* Of a's writes alone, the share that is overwritten; b's clock is `ahead` of a's, or, negative, behind. */
double theory_share_overwritten(double b, double d_ab, double ahead);
/* The rate of both where b's clock is `ahead` of a's (negative: behind), and the newer stamp wins.  a's write of the
 * time t loses to each of b's that did not know it, made before t + d_ab, and has a newer stamp, made after t - ahead;
 * whether a knew that one does not matter.  So a's lose where b writes within d_ab + ahead, b's where a writes within
 * d_ba - ahead, if that is more than nothing. */
double theory_overwritten_skewed(double a, double b, double d_ab, double d_ba, double ahead);
/* One thing, wanted at rates a and b in two regions that sell it unless they know that it is sold, each after its lag:
 * the share that is sold twice.  Who sells first is a with a/(a + b); then b sells it too if it is wanted there before
 * the news has come. */
double theory_sold_twice(double a, double b, double d_ab, double d_ba);
/* Writes at `rate` leave for the copy after `lag`: those that a sudden loss takes, and how old the oldest of them is on
 * average (lag less the gap before it; 0 where none is lost). */
double theory_lost(double rate, double lag);
double theory_oldest_lost(double rate, double lag);

/* ---- a replica that applies one change after the other, at load rho ---- */
/* Mean time from the first change after a cut of `cut` seconds until nothing is left to be applied: what was committed
 * meanwhile, lambda·cut changes of which each begins a busy period of mean work/(1 - rho). */
double theory_drain(double cut, double rho);
/* Its coefficient of variation: Poisson(lambda·cut) busy periods of variance (cv2 + rho)·work^2/(1 - rho)^3 each; cv2:
 * squared coefficient of variation of the work (for constant work 1/sqrt(lambda·cut·(1 - rho))). */
double theory_drain_variation(double lambda, double cut, double rho, double cv2);

/* ---- what fails and is repaired ---- */
/* Share of the time that it is there, by mean up time and mean down time, whatever their laws (renewal reward). */
double theory_available(double up, double down);

/* ---- retries ---- */
/* Attempts per request when each fails with probability p, with n further ones; and the share that is answered. */
double theory_attempts(double p, int n);
double theory_answered(double p, int n);
#endif
