#include "keeper_command.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"TERM", SIGTERM}, {"KILL", SIGKILL}, {"QUIT", SIGQUIT}, {"STOP", SIGSTOP}, {"CONT", SIGCONT},
};

static bool is_text(const char *bytes, size_t size, const char *text)
{
    return strlen(text) == size && memcmp(bytes, text, size) == 0;
}

static int read_signal(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (is_text(name, size, signals[i].name)) {
            return signals[i].number;
        }
    }
    return 0;
}

bool keeper_command_read(const char *line, struct keeper_command *pcommand)
{
    bool has_scope = false;
    size_t size = strcspn(line, " ");
    *pcommand = (struct keeper_command){0, false};
    if (!is_text(line, size, "signal")) {
        return false;
    }
    while (line[size] == ' ') {
        const char *field = line + size + 1;
        size_t name = strcspn(field, "= ");
        size_t length = strcspn(field, " ");
        const char *value = field + name + (name < length ? 1 : 0);
        size_t value_size = (size_t)(field + length - value);
        if (is_text(field, name, "name")) {
            pcommand->signal = read_signal(value, value_size);
        } else if (is_text(field, name, "scope")) {
            pcommand->is_for_all = is_text(value, value_size, "all");
            has_scope = pcommand->is_for_all || is_text(value, value_size, "daemon");
        }
        size = (size_t)(field + length - line);
    }
    return has_scope && pcommand->signal != 0;
}
