/* The test program: every suite of suites.def, or those named on the command line.
 *
 * The last line is "N passed, N failed", in tests.  CUnit's own result says 0 even when assertions failed, so the exit
 * status comes from its counts; a run without a single test has failed too. */
#include <CUnit/Basic.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) void suite_##name(void);
#include "suites.def"
#undef SUITE

static const struct {
    const char *name;
    void (*add)(void);
} suites[] = {
#define SUITE(name) {#name, suite_##name},
#include "suites.def"
#undef SUITE
    {NULL, NULL},
};

static void print_help(void)
{
    puts("mrsim-tests [--list | --verbose] [--scripts PASSED FAILED] [SUITE...]\n"
         "  --list      print the names of the suites\n"
         "  --verbose   print every test\n"
         "  --scripts   scripts that ran before, to be counted in the closing line");
}

static void print_names(void)
{
    for (gsize i = 0; suites[i].name; i++)
        puts(suites[i].name);
}

/* Adds the suite `name`, or all of them when it is NULL. */
static void add_suites(const char *name)
{
    bool found = false;
    for (gsize i = 0; suites[i].name; i++) {
        if (name && strcmp(suites[i].name, name) != 0)
            continue;
        suites[i].add();
        found = true;
        if (CU_get_error() != CUE_SUCCESS) {
            fprintf(stderr, "mrsim-tests: suite %s: %s\n", suites[i].name, CU_get_error_msg());
            exit(EXIT_FAILURE);
        }
    }
    if (!found) {
        fprintf(stderr, "mrsim-tests: no suite %s; --list names them\n", name ? name : "at all");
        exit(EXIT_FAILURE);
    }
}

static int run(CU_BasicRunMode mode, unsigned scripts_passed, unsigned scripts_failed)
{
    CU_basic_set_mode(mode);
    CU_ErrorCode error = CU_basic_run_tests();
    unsigned tests = CU_get_number_of_tests_run();
    unsigned passed = tests - CU_get_number_of_tests_failed() + scripts_passed;
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed() + scripts_failed;
    bool good = error == CUE_SUCCESS && tests > 0 && failed == 0 && CU_get_number_of_failures() == 0;
    CU_cleanup_registry();
    printf("\n%u passed, %u failed\n", passed, failed);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    CU_BasicRunMode mode = CU_BRM_NORMAL;
    unsigned scripts_passed = 0, scripts_failed = 0;
    bool named = false;

    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILURE;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            print_names();
            return EXIT_SUCCESS;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            mode = CU_BRM_VERBOSE;
        } else if (strcmp(argv[i], "--scripts") == 0 && i + 2 < argc) {
            scripts_passed = (unsigned)strtoul(argv[++i], NULL, 10);
            scripts_failed = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (argv[i][0] == '-') {
            print_help();
            return strcmp(argv[i], "--help") == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
        } else {
            add_suites(argv[i]);
            named = true;
        }
    }
    if (!named)
        add_suites(NULL);
    return run(mode, scripts_passed, scripts_failed);
}
