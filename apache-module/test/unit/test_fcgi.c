/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* FastCGI records against test/vectors, and the writer against the reader. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "jsgid_fcgi.h"

#define BYTES_MAX 70000

typedef struct {
    const char *name;
    unsigned char bytes[BYTES_MAX];
    size_t length;
    const char *meaning; /* lines as decode() prints them */
} vector_t;

/* Prints what a reader sees, in the words of the vector files. */
typedef struct {
    apr_pool_t *pool;
    char *text;
    unsigned char params[BYTES_MAX];
    size_t params_length;
    size_t content;
} seen_t;

static void print(seen_t *seen, const char *line)
{
    seen->text = apr_pstrcat(seen->pool, seen->text, line, "\n", NULL);
}

/* Feeds bytes in pieces of the given size; 0 when they were refused. */
static int decode(seen_t *seen, jsgid_fcgi_reader_t *reader, const unsigned char *bytes,
                  size_t length, size_t piece)
{
    while (length > 0) {
        const unsigned char *next = bytes;
        size_t n = piece < length ? piece : length;
        /* A copy of exactly that size lets the address sanitizer see a read beyond it. */
        unsigned char *copy = malloc(n);
        const unsigned char *limit = copy + n;
        const unsigned char *data;
        size_t data_length;
        jsgid_fcgi_event_t event;

        memcpy(copy, bytes, n);
        next = copy;
        while ((event = jsgid_fcgi_read(reader, &next, limit, &data, &data_length)) !=
               JSGID_FCGI_MORE) {
            if (event == JSGID_FCGI_BAD) {
                print(seen, "malformed");
                free(copy);
                return 0;
            }
            if (event == JSGID_FCGI_CONTENT) {
                ck_assert(data >= copy && data + data_length <= limit);
                seen->content += data_length;
                if (reader->record.type == JSGID_FCGI_PARAMS) {
                    memcpy(seen->params + seen->params_length, data, data_length);
                    seen->params_length += data_length;
                }
                continue;
            }
            ck_assert_uint_eq(seen->content, reader->record.content);
            seen->content = 0;
            print(seen, apr_psprintf(seen->pool, "record %u %u %d %d", reader->record.type,
                                     reader->record.id, (int)reader->record.content,
                                     (int)reader->record.padding));
            if (reader->record.type == JSGID_FCGI_END_REQUEST) {
                uint32_t app;
                unsigned protocol;

                ck_assert_int_eq(jsgid_fcgi_end_decode(reader, &app, &protocol), 0);
                print(seen, apr_psprintf(seen->pool, "end %u %u", (unsigned)app, protocol));
            }
        }
        ck_assert(next == limit);
        free(copy);
        bytes += n;
        length -= n;
    }
    return 1;
}

static size_t read_length(const unsigned char **pnext)
{
    const unsigned char *b = *pnext;

    if (b[0] < 128) {
        *pnext += 1;
        return b[0];
    }
    *pnext += 4;
    return ((size_t)(b[0] & 0x7f) << 24) | ((size_t)b[1] << 16) | ((size_t)b[2] << 8) | b[3];
}

/* A text of letters a, longer than 100, as the vector files write it. */
static const char *shown(apr_pool_t *pool, const unsigned char *text, size_t length)
{
    if (length > 100 && text[0] == 'a') {
        return apr_psprintf(pool, "~%d", (int)length);
    }
    return apr_pstrmemdup(pool, (const char *)text, length);
}

static void print_pairs(seen_t *seen)
{
    const unsigned char *next = seen->params;
    const unsigned char *limit = next + seen->params_length;

    while (next < limit) {
        size_t name = read_length(&next);
        size_t value = read_length(&next);

        ck_assert(name + value <= (size_t)(limit - next));
        print(seen, apr_pstrcat(seen->pool, "pair ", shown(seen->pool, next, name), "=",
                                shown(seen->pool, next + name, value), NULL));
        next += name + value;
    }
}

static const char *decoded(apr_pool_t *pool, const vector_t *vector, size_t piece)
{
    jsgid_fcgi_reader_t reader = {0};
    seen_t *seen = apr_pcalloc(pool, sizeof(*seen));

    seen->pool = pool;
    seen->text = apr_pstrdup(pool, "");
    if (decode(seen, &reader, vector->bytes, vector->length, piece)) {
        print_pairs(seen);
    }
    return seen->text;
}

static void read_bytes(vector_t *vector, char *line)
{
    char *state;
    const char *word;

    for (word = apr_strtok(line, " ", &state); word != NULL; word = apr_strtok(NULL, " ", &state)) {
        const char *star = strchr(word, '*');
        int count = star != NULL ? atoi(star + 1) : 1;

        while (count-- > 0) {
            ck_assert_uint_lt(vector->length, BYTES_MAX);
            vector->bytes[vector->length++] = (unsigned char)strtol(word, NULL, 16);
        }
    }
}

/* Calls check for every vector of a file; how many there were. */
static int for_each(const char *file, void (*check)(apr_pool_t *pool, const vector_t *vector))
{
    apr_pool_t *pool = test_pool();
    apr_size_t length;
    char *line = test_read(pool, file, &length);
    vector_t *vector = NULL;
    int count = 0;

    while (line != NULL) {
        char *end = strchr(line, '\n');

        if (end != NULL) {
            *end = '\0';
        }
        if (strncmp(line, "vector ", 7) == 0) {
            vector = apr_pcalloc(pool, sizeof(*vector));
            vector->name = line + 7;
            vector->meaning = "";
        } else if (strncmp(line, "bytes ", 6) == 0) {
            read_bytes(vector, line + 6);
        } else if (*line != '\0' && *line != '#') {
            vector->meaning = apr_pstrcat(pool, vector->meaning, line, "\n", NULL);
        }
        if ((end == NULL || *line == '\0') && vector != NULL) {
            check(pool, vector);
            count++;
            vector = NULL;
        }
        line = end != NULL ? end + 1 : NULL;
    }
    apr_pool_destroy(pool);
    return count;
}

static void check_whole(apr_pool_t *pool, const vector_t *vector)
{
    const char *seen = decoded(pool, vector, vector->length);

    ck_assert_msg(strcmp(seen, vector->meaning) == 0, "%s is read as\n%sinstead of\n%s",
                  vector->name, seen, vector->meaning);
}

static void check_pieces(apr_pool_t *pool, const vector_t *vector)
{
    size_t piece;

    for (piece = 1; piece < 10; piece++) {
        const char *seen = decoded(pool, vector, piece);

        ck_assert_msg(strcmp(seen, vector->meaning) == 0,
                      "%s in pieces of %d is read as\n%sinstead of\n%s", vector->name, (int)piece,
                      seen, vector->meaning);
    }
}

/* Cut at any byte: never more than a beginning of the meaning, and the rest continues it. */
static void check_truncated(apr_pool_t *pool, const vector_t *vector)
{
    size_t cut;

    if (vector->length > 1000) {
        return;
    }
    for (cut = 0; cut <= vector->length; cut++) {
        jsgid_fcgi_reader_t reader = {0};
        seen_t *seen = apr_pcalloc(pool, sizeof(*seen));

        seen->pool = pool;
        seen->text = apr_pstrdup(pool, "");
        if (decode(seen, &reader, vector->bytes, cut, vector->length)) {
            ck_assert_msg(strncmp(vector->meaning, seen->text, strlen(seen->text)) == 0,
                          "%s cut at %d is read as\n%s", vector->name, (int)cut, seen->text);
            if (decode(seen, &reader, vector->bytes + cut, vector->length - cut, vector->length)) {
                print_pairs(seen);
            }
        }
        ck_assert_msg(strcmp(seen->text, vector->meaning) == 0,
                      "%s cut at %d and continued is read as\n%s", vector->name, (int)cut,
                      seen->text);
    }
}

START_TEST(vectors_mean_what_stands_beside_them)
{
    ck_assert_int_ge(for_each("test/vectors/records.txt", check_whole), 20);
    ck_assert_int_ge(for_each("test/vectors/requests.txt", check_whole), 8);
}
END_TEST

START_TEST(vectors_in_small_pieces_mean_the_same)
{
    (void)for_each("test/vectors/records.txt", check_pieces);
    (void)for_each("test/vectors/requests.txt", check_pieces);
}
END_TEST

START_TEST(vectors_cut_at_every_byte_are_never_misread)
{
    (void)for_each("test/vectors/records.txt", check_truncated);
    (void)for_each("test/vectors/requests.txt", check_truncated);
}
END_TEST

START_TEST(begin_request_asks_for_a_responder_and_keeps_the_connection)
{
    static const unsigned char expected[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
    unsigned char out[JSGID_FCGI_BEGIN_SIZE];

    jsgid_fcgi_begin_encode(out, 1);
    ck_assert_mem_eq(out, expected, sizeof(expected));
}
END_TEST

START_TEST(end_request_of_another_length_is_refused)
{
    static const unsigned char record[] = {1, 3, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0};
    jsgid_fcgi_reader_t reader = {0};
    const unsigned char *next = record;
    const unsigned char *data;
    size_t length;
    uint32_t app;
    unsigned protocol;

    ck_assert_int_eq(jsgid_fcgi_read(&reader, &next, record + sizeof(record), &data, &length),
                     JSGID_FCGI_CONTENT);
    ck_assert_int_eq(jsgid_fcgi_read(&reader, &next, record + sizeof(record), &data, &length),
                     JSGID_FCGI_RECORD);
    ck_assert_int_eq(jsgid_fcgi_end_decode(&reader, &app, &protocol), -1);
}
END_TEST

/* Writes one pair with a value of that length and reads it back. */
static void write_and_read(apr_pool_t *pool, size_t value_length)
{
    size_t size = jsgid_fcgi_stream_size(jsgid_fcgi_pair_size(4, value_length));
    unsigned char *buffer = malloc(size);
    char *value = apr_palloc(pool, value_length + 1);
    jsgid_fcgi_writer_t writer;
    jsgid_fcgi_reader_t reader = {0};
    const unsigned char *next = buffer;
    const unsigned char *data;
    size_t length;
    size_t content = 0;
    int records = 0;
    jsgid_fcgi_event_t event;

    memset(value, 'v', value_length);
    jsgid_fcgi_writer_start(&writer, buffer, size, JSGID_FCGI_PARAMS, 1);
    ck_assert_int_eq(jsgid_fcgi_writer_pair(&writer, "NAME", 4, value, value_length), 0);
    ck_assert_int_eq(jsgid_fcgi_writer_end(&writer), 0);
    ck_assert_uint_eq(writer.length, size);
    while ((event = jsgid_fcgi_read(&reader, &next, buffer + size, &data, &length)) !=
           JSGID_FCGI_MORE) {
        ck_assert_int_ne(event, JSGID_FCGI_BAD);
        if (event == JSGID_FCGI_CONTENT) {
            content += length;
        } else {
            records++;
        }
    }
    ck_assert_uint_eq(content, jsgid_fcgi_pair_size(4, value_length));
    ck_assert_int_eq(records,
                     1 + (int)((content + JSGID_FCGI_MAX_CONTENT - 1) / JSGID_FCGI_MAX_CONTENT));
    free(buffer);
}

START_TEST(streams_are_cut_into_records_at_their_largest_size)
{
    apr_pool_t *pool = test_pool();
    /* Around where the pair fills one record and two records exactly. */
    size_t exact = JSGID_FCGI_MAX_CONTENT - 1 - 4 - 4;
    size_t around;

    for (around = exact - 2; around <= exact + 2; around++) {
        write_and_read(pool, around);
        write_and_read(pool, around + JSGID_FCGI_MAX_CONTENT);
    }
    write_and_read(pool, 0);
    write_and_read(pool, 127);
    write_and_read(pool, 128);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(writer_never_writes_beyond_its_buffer)
{
    size_t needed = jsgid_fcgi_stream_size(jsgid_fcgi_pair_size(4, 200));
    size_t size;

    for (size = 0; size < needed; size++) {
        unsigned char *buffer = malloc(size > 0 ? size : 1);
        char value[200] = {0};
        jsgid_fcgi_writer_t writer;

        jsgid_fcgi_writer_start(&writer, buffer, size, JSGID_FCGI_PARAMS, 1);
        ck_assert_int_eq(jsgid_fcgi_writer_pair(&writer, "NAME", 4, value, sizeof(value)) == 0 &&
                             jsgid_fcgi_writer_end(&writer) == 0,
                         0);
        free(buffer);
    }
}
END_TEST

Suite *suite_fcgi(void)
{
    Suite *suite = suite_create("fcgi");
    TCase *tests = tcase_create("fcgi");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, vectors_mean_what_stands_beside_them);
    tcase_add_test(tests, vectors_in_small_pieces_mean_the_same);
    tcase_add_test(tests, vectors_cut_at_every_byte_are_never_misread);
    tcase_add_test(tests, begin_request_asks_for_a_responder_and_keeps_the_connection);
    tcase_add_test(tests, end_request_of_another_length_is_refused);
    tcase_add_test(tests, streams_are_cut_into_records_at_their_largest_size);
    tcase_add_test(tests, writer_never_writes_beyond_its_buffer);
    suite_add_tcase(suite, tests);
    return suite;
}
