/*
 * Lines as supervisor/CONTROL.md has them on the keeper and the management connection: a word and
 * `name=value` fields, in values %, space and control bytes as %XX. Pure.
 */
#ifndef LAUNCHER_LINE_H
#define LAUNCHER_LINE_H

#include <stddef.h>

/* Text that grows up to its room and is not ended by NUL. What does not fit is cut. */
struct launcher_line {
    char *bytes;
    size_t size;
    size_t room;
};

/* What one byte of a value takes at most. */
enum { LAUNCHER_LINE_GROWTH = 3 };

/*
 * Appends text that is written as it stands: words, names of fields, numbers.
 */
void launcher_line_put(struct launcher_line *pline, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Appends a value of any bytes. Those that are no UTF-8 become U+FFFD, since a reader may refuse a
 * line for them and nobody vouches for what an application prints.
 */
void launcher_line_put_value(struct launcher_line *pline, const char *bytes, size_t size);

/*
 * The first bytes of a text of size bytes, at most limit of them and at least one, such that no
 * line and no UTF-8 sequence is cut apart when that can be had.
 */
size_t launcher_line_piece(const char *bytes, size_t size, size_t limit);

#endif
