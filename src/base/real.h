/* Real: elementary functions whose every bit is ours.
 *
 * glibc's log, exp and pow differ in the last bit with and without FMA.  These are built from + - * / and sqrt only
 * (all exact by IEEE 754) and compiled with -ffp-contract=off, so one scenario gives one result on every machine.
 * Relative error below 1e-15 (log, exp), 1e-13 (pow), checked against libm in the tests. */
#ifndef MRSIM_BASE_REAL_H
#define MRSIM_BASE_REAL_H

double real_log(double x); /* x > 0 */
double real_exp(double x);
double real_pow(double x, double y); /* x >= 0 */
double real_expm1(double x);
double real_log1p(double x);                         /* x > -1 */
double real_normal_quantile(double p);               /* 0 < p < 1; Wichura's AS 241 */
double real_student_quantile(double p, int freedom); /* 0 < p < 1; freedom >= 1 */
double real_sin(double x);                           /* |x| <= 1e4; for great circles */
double real_cos(double x);
double real_asin(double x); /* -1..1 */
#endif
