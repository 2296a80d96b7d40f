/*
 * What a monitor tells a keeper. Pure.
 */
#ifndef KEEPER_COMMAND_H
#define KEEPER_COMMAND_H

#include <stdbool.h>

/* `signal name=… scope=…` */
struct keeper_command {
    int signal;      /* SIGTERM … */
    bool is_for_all; /* everything that descends from the daemon too */
};

/*
 * Reads a line without its LF. Returns false for one that says nothing to this keeper: an unknown
 * word, or values that are not those of CONTROL.md. Unknown fields are passed over.
 */
bool keeper_command_read(const char *line, struct keeper_command *pcommand);

#endif
