#include "launcher_line.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void launcher_line_put(struct launcher_line *pline, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 0 : (size_t)length;
    size = size < sizeof(text) ? size : sizeof(text) - 1;
    size = size < pline->room - pline->size ? size : pline->room - pline->size;
    memcpy(pline->bytes + pline->size, text, size);
    pline->size += size;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Length of the UTF-8 sequence of more than one byte at the start of the text; 0: there is none. */
static size_t sequence_length(const char *text, size_t size)
{
    unsigned char first = (unsigned char)text[0];
    unsigned char second = size > 1 ? (unsigned char)text[1] : 0;
    size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                    : first >= 0xE0 && first <= 0xEF ? 3
                    : first >= 0xF0 && first <= 0xF4 ? 4
                                                     : 0;
    if (length == 0 || length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if (!is_continuation(text[i])) {
            return 0;
        }
    }
    /* Spelled longer than needed, a surrogate, or beyond U+10FFFF. */
    bool is_bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                  (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return is_bad ? 0 : length;
}

static bool append(struct launcher_line *pline, const char *bytes, size_t size)
{
    if (size > pline->room - pline->size) {
        return false;
    }
    memcpy(pline->bytes + pline->size, bytes, size);
    pline->size += size;
    return true;
}

void launcher_line_put_value(struct launcher_line *pline, const char *bytes, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t at = 0; at < size;) {
        unsigned char byte = (unsigned char)bytes[at];
        const char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};
        size_t length = 1;
        bool fits;
        if (byte <= ' ' || byte == 0x7f || byte == '%') {
            fits = append(pline, escape, sizeof(escape));
        } else if (byte < 0x80) {
            fits = append(pline, bytes + at, 1);
        } else if ((length = sequence_length(bytes + at, size - at)) > 0) {
            fits = append(pline, bytes + at, length);
        } else {
            length = 1;
            fits = append(pline, "\xEF\xBF\xBD", 3);
        }
        if (!fits) {
            return;
        }
        at += length;
    }
}

size_t launcher_line_piece(const char *bytes, size_t size, size_t limit)
{
    if (size <= limit) {
        return size;
    }
    for (size_t length = limit; length > 0; length--) {
        if (bytes[length - 1] == '\n') {
            return length;
        }
    }
    /* One line longer than the limit. A sequence has at most three continuation bytes. */
    for (size_t length = limit; length > 0 && length + 3 >= limit; length--) {
        if (!is_continuation(bytes[length])) {
            return length;
        }
    }
    return limit;
}
