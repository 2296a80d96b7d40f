#include "launcher_exit.h"

#include <stdarg.h>
#include <stdio.h>

bool launcher_fail(struct launcher_failure *pfailure, enum launcher_exit status, const char *format,
                   ...)
{
    va_list arguments;
    pfailure->status = status;
    va_start(arguments, format);
    /* A detail that does not fit is cut: the status still says all that the monitor needs. */
    (void)vsnprintf(pfailure->detail, sizeof(pfailure->detail), format, arguments);
    va_end(arguments);
    return false;
}

const char *launcher_exit_sentence(enum launcher_exit status)
{
    switch (status) {
#define JSGID_EXIT(status, name, sentence)                                                         \
    case LAUNCHER_EXIT_##name:                                                                     \
        return sentence;
#include "launcher_exit.inc"
#undef JSGID_EXIT
    }
    return "unknown failure";
}
