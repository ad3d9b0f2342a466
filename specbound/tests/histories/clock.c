/* The time of day of a process, moved by as many nanoseconds as its owner says. Loaded before the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

volatile int64_t clock_step_ns = 0;

static int (*original)(clockid_t, struct timespec *);

int clock_gettime(clockid_t which, struct timespec *into) {
    if (!original)
        original = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int status = original(which, into);
    if (status == 0 && clock_step_ns && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t nanoseconds = into->tv_sec * INT64_C(1000000000) + into->tv_nsec + clock_step_ns;
        into->tv_sec = nanoseconds / INT64_C(1000000000);
        into->tv_nsec = nanoseconds % INT64_C(1000000000);
    }
    return status;
}

int gettimeofday(struct timeval *restrict into, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    into->tv_sec = now.tv_sec;
    into->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into)
        *into = now.tv_sec;
    return now.tv_sec;
}
