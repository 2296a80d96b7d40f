/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_directives: the table of directives as data.
 */
#include "jsgid_directives.h"

#include <stddef.h>

const jsgid_directive_t jsgid_directives[JSGID_D_COUNT] = {
#define JSGID_DIRECTIVE(id, name, scope, type, def, min, max, key, words, sentence)                \
    {JSGID_D_##id, name,    JSGID_SCOPE_##scope, JSGID_TYPE_##type, def, min, max, key,            \
     words,        sentence},
#include "jsgid_directives.inc"
#undef JSGID_DIRECTIVE
};

int jsgid_directive_is_numeric(const jsgid_directive_t *directive)
{
    return directive->type <= JSGID_TYPE_SIZES;
}
