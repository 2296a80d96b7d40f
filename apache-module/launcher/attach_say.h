/*
 * What jsgid-attach says to the monitor on standard output: frames, each a word, a space, the
 * length of what follows in decimal, a line feed, and that many bytes.
 */
#ifndef ATTACH_SAY_H
#define ATTACH_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Bytes of one frame at most, so that the reader needs no more memory than that. */
enum { ATTACH_FRAME = 32 * 1024 };

/* Why it ended. The words are those that the monitor knows (DiagnosticProcess.java). */
struct attach_failure {
    const char *kind;
    char sentence[1024];
};

/*
 * Notes a failure. Returns false always.
 */
bool attach_fail(struct attach_failure *pfailure, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Writes a frame, waiting for the reader; false when the reader is gone or somebody calls it off.
 */
bool attach_say(const char *word, const void *bytes, size_t length);

/*
 * Says "progress BYTES", as attach_say does.
 */
bool attach_say_size(const char *word, unsigned long long size);

/*
 * From here on SIGTERM, SIGINT and SIGHUP only call things off, and only while something waits:
 * what was begun is tidied up before the end.
 */
bool attach_catch_signals(struct attach_failure *pfailure);

bool attach_is_called_off(void);

/*
 * Waits until the descriptor (or none: -1) can do what the events of poll say, or the time is
 * over. Returns whether it can; false also when called off.
 */
bool attach_wait(int descriptor, short events, const struct timespec *until, long at_most_millis);

/*
 * The time of the monotonic clock in so many seconds.
 */
struct timespec attach_in(long seconds);

/*
 * Whether that time is over.
 */
bool attach_is_over(const struct timespec *until);

#endif
