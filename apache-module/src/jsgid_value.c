/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_value: numbers, sizes, flags and words as administrators write them; escapes of the files
 * we write.
 */
#include "jsgid_value.h"

#include <apr_strings.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static jsgid_value_status_t scaled(const char *text, int base, int with_unit, apr_int64_t min,
                                   apr_int64_t max, apr_int64_t *pnumber)
{
    const char *digit = *text == '-' ? text + 1 : text;
    apr_int64_t number;
    apr_int64_t unit = 1;
    char *end;

    if (!isdigit((unsigned char)*digit)) {
        return JSGID_VALUE_MALFORMED;
    }
    errno = 0;
    number = apr_strtoi64(text, &end, base);
    if (with_unit && *end != '\0') {
        switch (toupper((unsigned char)*end)) {
        case 'K':
            unit = 1024;
            break;
        case 'M':
            unit = 1024 * 1024;
            break;
        case 'G':
            unit = 1024 * 1024 * 1024;
            break;
        default:
            return JSGID_VALUE_MALFORMED;
        }
        end++;
    }
    if (*end != '\0') {
        return JSGID_VALUE_MALFORMED;
    }
    if (errno == ERANGE || number > max / unit || number < min / unit || number * unit < min) {
        return JSGID_VALUE_OUT_OF_RANGE;
    }
    *pnumber = number * unit;
    return JSGID_VALUE_OK;
}

jsgid_value_status_t jsgid_value_number(const char *text, apr_int64_t min, apr_int64_t max,
                                        apr_int64_t *pnumber)
{
    return scaled(text, 10, 0, min, max, pnumber);
}

jsgid_value_status_t jsgid_value_size(const char *text, apr_int64_t min, apr_int64_t max,
                                      apr_int64_t *pnumber)
{
    return scaled(text, 10, 1, min, max, pnumber);
}

jsgid_value_status_t jsgid_value_octal(const char *text, apr_int64_t min, apr_int64_t max,
                                       apr_int64_t *pnumber)
{
    return scaled(text, 8, 0, min, max, pnumber);
}

jsgid_value_status_t jsgid_value_flag(const char *text, apr_int64_t *pnumber)
{
    if (strcasecmp(text, "on") == 0 || strcasecmp(text, "yes") == 0) {
        *pnumber = 1;
        return JSGID_VALUE_OK;
    }
    if (strcasecmp(text, "off") == 0 || strcasecmp(text, "no") == 0) {
        *pnumber = 0;
        return JSGID_VALUE_OK;
    }
    return JSGID_VALUE_MALFORMED;
}

jsgid_value_status_t jsgid_value_choice(const char *text, const char *choices, apr_int64_t *pnumber)
{
    apr_int64_t number = 0;
    size_t length = strlen(text);

    for (;;) {
        size_t word = strcspn(choices, "|");

        if (word == length && strncasecmp(text, choices, length) == 0) {
            *pnumber = number;
            return JSGID_VALUE_OK;
        }
        if (choices[word] == '\0') {
            return JSGID_VALUE_MALFORMED;
        }
        choices += word + 1;
        number++;
    }
}

const char *jsgid_value_choice_word(apr_pool_t *pool, const char *choices, apr_int64_t number)
{
    while (number > 0) {
        choices += strcspn(choices, "|");
        if (*choices == '\0') {
            return "";
        }
        choices++;
        number--;
    }
    return apr_pstrmemdup(pool, choices, strcspn(choices, "|"));
}

const char *jsgid_value_escape(apr_pool_t *pool, const char *value)
{
    static const char hex[] = "0123456789ABCDEF";
    char *escaped = apr_palloc(pool, strlen(value) * 3 + 1);
    const char *next;
    char *out = escaped;

    for (next = value; *next != '\0'; next++) {
        unsigned char c = (unsigned char)*next;
        /* Readers drop blanks around a value. */
        int is_outer_blank = c == ' ' && (next == value || next[1] == '\0');

        if (c == '%' || c < 0x20 || c == 0x7f || is_outer_blank) {
            *out++ = '%';
            *out++ = hex[c >> 4];
            *out++ = hex[c & 15];
        } else {
            *out++ = (char)c;
        }
    }
    *out = '\0';
    return escaped;
}
