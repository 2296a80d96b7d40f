/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_FCGI_H
#define JSGID_FCGI_H

#include <stddef.h>
#include <stdint.h>

/**
 * FastCGI 1.0 records to and from buffers. Pure: no I/O, no allocation, no clock, no type of httpd
 * or APR. The layouts, and which of them are extensions, are in PROTOCOL.md.
 */

#define JSGID_FCGI_HEADER 8
#define JSGID_FCGI_MAX_CONTENT 65535
/** The one request id the module uses: a connection carries one request at a time. */
#define JSGID_FCGI_ID 1

typedef enum {
    JSGID_FCGI_BEGIN_REQUEST = 1,
    JSGID_FCGI_ABORT_REQUEST = 2,
    JSGID_FCGI_END_REQUEST = 3,
    JSGID_FCGI_PARAMS = 4,
    JSGID_FCGI_STDIN = 5,
    JSGID_FCGI_STDOUT = 6,
    JSGID_FCGI_STDERR = 7,
    JSGID_FCGI_GOING_AWAY = 100,
    JSGID_FCGI_INTERIM = 101,
    JSGID_FCGI_TRAILERS = 102
} jsgid_fcgi_type_t;

typedef enum {
    JSGID_FCGI_REQUEST_COMPLETE = 0,
    JSGID_FCGI_CANT_MPX_CONN = 1,
    JSGID_FCGI_OVERLOADED = 2,
    JSGID_FCGI_UNKNOWN_ROLE = 3,
    JSGID_FCGI_WRONG_PROCESS = 4
} jsgid_fcgi_protocol_status_t;

typedef struct {
    unsigned type;
    unsigned id;
    size_t content;
    size_t padding;
} jsgid_fcgi_record_t;

/** Writes a record header of JSGID_FCGI_HEADER bytes without padding; content at most
 * JSGID_FCGI_MAX_CONTENT. */
void jsgid_fcgi_header_encode(unsigned char *out, unsigned type, unsigned id, size_t content);

/** Reads a header; 0 when it is one of FastCGI version 1, else -1. */
int jsgid_fcgi_header_decode(const unsigned char *in, jsgid_fcgi_record_t *precord);

/** Bytes that a name-value pair takes inside PARAMS (section 3.4). */
size_t jsgid_fcgi_pair_size(size_t name, size_t value);

/** Bytes that a stream of that many content bytes takes as records, its ending empty record
 * included. */
size_t jsgid_fcgi_stream_size(size_t content);

/** Bytes of a BEGIN_REQUEST record. */
#define JSGID_FCGI_BEGIN_SIZE (JSGID_FCGI_HEADER + 8)

/** Writes a BEGIN_REQUEST for the Responder role with KEEP_CONN. */
void jsgid_fcgi_begin_encode(unsigned char *out, unsigned id);

/** Writes one stream (PARAMS) into a buffer, cutting it into records. */
typedef struct {
    unsigned char *out; /**< start of the buffer */
    size_t size;        /**< its size */
    size_t length;      /**< bytes written */
    size_t record;      /**< where the header of the open record is */
    size_t content;     /**< bytes in the open record */
    unsigned type;
    unsigned id;
} jsgid_fcgi_writer_t;

void jsgid_fcgi_writer_start(jsgid_fcgi_writer_t *w, unsigned char *out, size_t size, unsigned type,
                             unsigned id);
/** Appends bytes; 0, or -1 when the buffer is too small (nothing is written beyond it). */
int jsgid_fcgi_writer_bytes(jsgid_fcgi_writer_t *w, const void *data, size_t length);
/** Appends a name-value pair; 0, or -1 as above. */
int jsgid_fcgi_writer_pair(jsgid_fcgi_writer_t *w, const char *name, size_t name_length,
                           const char *value, size_t value_length);
/** Closes the open record. */
void jsgid_fcgi_writer_close(jsgid_fcgi_writer_t *w);
/** Closes the open record and appends the empty one; 0 or -1. */
int jsgid_fcgi_writer_end(jsgid_fcgi_writer_t *w);

typedef enum {
    JSGID_FCGI_MORE,    /**< all input is used up; give more */
    JSGID_FCGI_CONTENT, /**< data of the current record, not necessarily all of it */
    JSGID_FCGI_RECORD,  /**< the current record, padding included, is complete */
    JSGID_FCGI_BAD      /**< not FastCGI; the reader must not be used any more */
} jsgid_fcgi_event_t;

/** Reads records from pieces of any size. Set to zero before the first use. */
typedef struct {
    jsgid_fcgi_record_t record; /**< the current record, valid from its first event on */
    unsigned char head[JSGID_FCGI_HEADER];
    unsigned char end[8]; /**< content of an END_REQUEST */
    size_t have;          /**< bytes of the header read */
    size_t content_left;
    size_t padding_left;
    int in_record;
} jsgid_fcgi_reader_t;

/**
 * Takes the next event from the bytes between *pnext and limit and moves *pnext past what was used.
 * For JSGID_FCGI_CONTENT, *pdata and *plength tell the bytes, which lie inside the input.
 */
jsgid_fcgi_event_t jsgid_fcgi_read(jsgid_fcgi_reader_t *reader, const unsigned char **pnext,
                                   const unsigned char *limit, const unsigned char **pdata,
                                   size_t *plength);

/** After JSGID_FCGI_RECORD of an END_REQUEST: its two statuses; -1 when its content is not 8 bytes.
 */
int jsgid_fcgi_end_decode(const jsgid_fcgi_reader_t *reader, uint32_t *papp_status,
                          unsigned *pprotocol_status);

/** After that returned 0: the number of the process that answered (0: not told), and how many other
 * requests it has. */
unsigned jsgid_fcgi_end_process(const jsgid_fcgi_reader_t *reader, unsigned *pload);

#endif
