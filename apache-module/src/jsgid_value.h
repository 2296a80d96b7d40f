/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_VALUE_H
#define JSGID_VALUE_H

#include <apr_pools.h>

/** Values of directives and of configuration files. Pure but for memory from a pool. */

typedef enum {
    JSGID_VALUE_OK,
    JSGID_VALUE_MALFORMED,
    JSGID_VALUE_OUT_OF_RANGE
} jsgid_value_status_t;

/** A whole decimal number. */
jsgid_value_status_t jsgid_value_number(const char *text, apr_int64_t min, apr_int64_t max,
                                        apr_int64_t *pnumber);
/** A size: a whole number of bytes, or of KiB, MiB, GiB with K, M or G after it. */
jsgid_value_status_t jsgid_value_size(const char *text, apr_int64_t min, apr_int64_t max,
                                      apr_int64_t *pnumber);
/** An octal number such as 022 or 0027. */
jsgid_value_status_t jsgid_value_octal(const char *text, apr_int64_t min, apr_int64_t max,
                                       apr_int64_t *pnumber);
/** On or off, yes or no. */
jsgid_value_status_t jsgid_value_flag(const char *text, apr_int64_t *pnumber);
/** Which word of "a|b|c" it is, counted from 0. */
jsgid_value_status_t jsgid_value_choice(const char *text, const char *choices,
                                        apr_int64_t *pnumber);
/** The word of that number, in the pool. */
const char *jsgid_value_choice_word(apr_pool_t *pool, const char *choices, apr_int64_t number);
/** A value as CONTROL.md's files have it: `%`, bytes below 0x20 and 0x7f as `%XX`. */
const char *jsgid_value_escape(apr_pool_t *pool, const char *value);

#endif
