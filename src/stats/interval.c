#include "stats/interval.h"
#include "base/check.h"
#include "base/real.h"
#include <math.h>
#include <stdbool.h>

static bool all_finite(const double *value, guint n)
{
    for (guint i = 0; i < n; i++)
        if (!isfinite(value[i]))
            return false;
    return true;
}

/* Deviations are taken from the first value, so that equal values give exactly nothing. */
static double standard_error(const double *left_out, guint n)
{
    double mean = 0, squares = 0;
    for (guint i = 0; i < n; i++)
        mean += (left_out[i] - left_out[0]) / n;
    for (guint i = 0; i < n; i++) {
        double deviation = left_out[i] - left_out[0] - mean;
        squares += deviation * deviation;
    }
    return sqrt(squares * (n - 1) / n);
}

Interval interval_jackknife(double figure, const double *left_out, guint n, double confidence)
{
    CHECK(confidence > 0 && confidence < 1);
    if (n < 2 || !isfinite(figure) || !all_finite(left_out, n))
        return (Interval){NAN, NAN};
    double half_width = real_student_quantile((1 + confidence) / 2, (int)n - 1) * standard_error(left_out, n);
    return (Interval){figure - half_width, figure + half_width};
}
