/* Expect: assertions that print both values. */
#ifndef MRSIM_TESTS_EXPECT_H
#define MRSIM_TESTS_EXPECT_H
#include <CUnit/CUnit.h>
#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* Reports at the caller's line through CUnit. */
#define EXPECT(condition, ...)                                                                                         \
    do {                                                                                                               \
        bool expect_held = (condition);                                                                                \
        if (!expect_held) {                                                                                            \
            fprintf(stderr, "\n%s:%d: %s: ", __FILE__, __LINE__, #condition);                                          \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
        }                                                                                                              \
        CU_assertImplementation(expect_held, __LINE__, #condition, __FILE__, "", CU_FALSE);                            \
    } while (0)
#define EXPECT_INT(actual, expected)                                                                                   \
    do {                                                                                                               \
        int64_t expect_a = (int64_t)(actual), expect_e = (int64_t)(expected);                                          \
        EXPECT(expect_a == expect_e, #actual " is %" PRId64 ", expected %" PRId64, expect_a, expect_e);                \
    } while (0)
#define EXPECT_TEXT(actual, expected)                                                                                  \
    do {                                                                                                               \
        const char *expect_a = (actual), *expect_e = (expected);                                                       \
        EXPECT(g_strcmp0(expect_a, expect_e) == 0, #actual " is\n  \"%s\", expected\n  \"%s\"",                        \
               expect_a ? expect_a : "(null)", expect_e);                                                              \
    } while (0)
/* |actual - expected| <= tolerance */
#define EXPECT_NEAR(actual, expected, tolerance)                                                                       \
    do {                                                                                                               \
        double expect_a = (actual), expect_e = (expected), expect_t = (tolerance);                                     \
        EXPECT(expect_a >= expect_e - expect_t && expect_a <= expect_e + expect_t,                                     \
               #actual " is %.9g, expected %.9g +- %.3g", expect_a, expect_e, expect_t);                               \
    } while (0)
#endif
