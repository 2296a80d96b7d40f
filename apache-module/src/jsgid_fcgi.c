/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_fcgi: FastCGI records to and from buffers.
 *
 * Calls nothing but memcpy. What the peer sends is taken as hostile: every length is compared with
 * what is there, and a header that is not FastCGI version 1 ends the reading for good.
 */
#include "jsgid_fcgi.h"

#include <string.h>

void jsgid_fcgi_header_encode(unsigned char *out, unsigned type, unsigned id, size_t content)
{
    out[0] = 1;
    out[1] = (unsigned char)type;
    out[2] = (unsigned char)(id >> 8);
    out[3] = (unsigned char)id;
    out[4] = (unsigned char)(content >> 8);
    out[5] = (unsigned char)content;
    out[6] = 0;
    out[7] = 0;
}

int jsgid_fcgi_header_decode(const unsigned char *in, jsgid_fcgi_record_t *precord)
{
    if (in[0] != 1) {
        return -1;
    }
    precord->type = in[1];
    precord->id = ((unsigned)in[2] << 8) | in[3];
    precord->content = ((size_t)in[4] << 8) | in[5];
    precord->padding = in[6];
    return 0;
}

static size_t length_size(size_t length)
{
    return length < 128 ? 1 : 4;
}

size_t jsgid_fcgi_pair_size(size_t name, size_t value)
{
    return length_size(name) + length_size(value) + name + value;
}

size_t jsgid_fcgi_stream_size(size_t content)
{
    size_t records = (content + JSGID_FCGI_MAX_CONTENT - 1) / JSGID_FCGI_MAX_CONTENT;
    return content + (records + 1) * JSGID_FCGI_HEADER;
}

void jsgid_fcgi_begin_encode(unsigned char *out, unsigned id)
{
    jsgid_fcgi_header_encode(out, JSGID_FCGI_BEGIN_REQUEST, id, 8);
    memset(out + JSGID_FCGI_HEADER, 0, 8);
    out[JSGID_FCGI_HEADER + 1] = 1; /* Responder */
    out[JSGID_FCGI_HEADER + 2] = 1; /* KEEP_CONN */
}

void jsgid_fcgi_writer_start(jsgid_fcgi_writer_t *w, unsigned char *out, size_t size, unsigned type,
                             unsigned id)
{
    memset(w, 0, sizeof(*w));
    w->out = out;
    w->size = size;
    w->type = type;
    w->id = id;
}

void jsgid_fcgi_writer_close(jsgid_fcgi_writer_t *w)
{
    if (w->content > 0) {
        jsgid_fcgi_header_encode(w->out + w->record, w->type, w->id, w->content);
        w->content = 0;
    }
}

int jsgid_fcgi_writer_bytes(jsgid_fcgi_writer_t *w, const void *data, size_t length)
{
    const unsigned char *from = data;

    while (length > 0) {
        size_t piece;

        if (w->content == JSGID_FCGI_MAX_CONTENT) {
            jsgid_fcgi_writer_close(w);
        }
        if (w->content == 0) {
            if (w->size - w->length < JSGID_FCGI_HEADER) {
                return -1;
            }
            w->record = w->length;
            w->length += JSGID_FCGI_HEADER;
        }
        piece = JSGID_FCGI_MAX_CONTENT - w->content;
        if (piece > length) {
            piece = length;
        }
        if (w->size - w->length < piece) {
            return -1;
        }
        memcpy(w->out + w->length, from, piece);
        w->length += piece;
        w->content += piece;
        from += piece;
        length -= piece;
    }
    return 0;
}

static size_t length_encode(unsigned char *out, size_t length)
{
    if (length < 128) {
        out[0] = (unsigned char)length;
        return 1;
    }
    out[0] = (unsigned char)(0x80 | (length >> 24));
    out[1] = (unsigned char)(length >> 16);
    out[2] = (unsigned char)(length >> 8);
    out[3] = (unsigned char)length;
    return 4;
}

int jsgid_fcgi_writer_pair(jsgid_fcgi_writer_t *w, const char *name, size_t name_length,
                           const char *value, size_t value_length)
{
    unsigned char lengths[8];
    size_t n;

    if (name_length > 0x7fffffff || value_length > 0x7fffffff) {
        return -1;
    }
    n = length_encode(lengths, name_length);
    n += length_encode(lengths + n, value_length);
    if (jsgid_fcgi_writer_bytes(w, lengths, n) || jsgid_fcgi_writer_bytes(w, name, name_length)) {
        return -1;
    }
    return jsgid_fcgi_writer_bytes(w, value, value_length);
}

int jsgid_fcgi_writer_end(jsgid_fcgi_writer_t *w)
{
    jsgid_fcgi_writer_close(w);
    if (w->size - w->length < JSGID_FCGI_HEADER) {
        return -1;
    }
    jsgid_fcgi_header_encode(w->out + w->length, w->type, w->id, 0);
    w->length += JSGID_FCGI_HEADER;
    return 0;
}

jsgid_fcgi_event_t jsgid_fcgi_read(jsgid_fcgi_reader_t *reader, const unsigned char **pnext,
                                   const unsigned char *limit, const unsigned char **pdata,
                                   size_t *plength)
{
    const unsigned char *next = *pnext;
    size_t piece;

    if (!reader->in_record) {
        piece = JSGID_FCGI_HEADER - reader->have;
        if (piece > (size_t)(limit - next)) {
            piece = (size_t)(limit - next);
        }
        memcpy(reader->head + reader->have, next, piece);
        reader->have += piece;
        next += piece;
        *pnext = next;
        if (reader->have > 0 && reader->head[0] != 1) {
            return JSGID_FCGI_BAD;
        }
        if (reader->have < JSGID_FCGI_HEADER) {
            return JSGID_FCGI_MORE;
        }
        (void)jsgid_fcgi_header_decode(reader->head, &reader->record);
        reader->have = 0;
        reader->in_record = 1;
        reader->content_left = reader->record.content;
        reader->padding_left = reader->record.padding;
    }
    if (reader->content_left > 0) {
        if (next == limit) {
            return JSGID_FCGI_MORE;
        }
        piece = reader->content_left;
        if (piece > (size_t)(limit - next)) {
            piece = (size_t)(limit - next);
        }
        if (reader->record.type == JSGID_FCGI_END_REQUEST) {
            size_t at = reader->record.content - reader->content_left;

            if (at < sizeof(reader->end)) {
                size_t room = sizeof(reader->end) - at;
                memcpy(reader->end + at, next, piece < room ? piece : room);
            }
        }
        *pdata = next;
        *plength = piece;
        reader->content_left -= piece;
        *pnext = next + piece;
        return JSGID_FCGI_CONTENT;
    }
    piece = reader->padding_left;
    if (piece > (size_t)(limit - next)) {
        piece = (size_t)(limit - next);
    }
    reader->padding_left -= piece;
    *pnext = next + piece;
    if (reader->padding_left > 0) {
        return JSGID_FCGI_MORE;
    }
    reader->in_record = 0;
    return JSGID_FCGI_RECORD;
}

int jsgid_fcgi_end_decode(const jsgid_fcgi_reader_t *reader, uint32_t *papp_status,
                          unsigned *pprotocol_status)
{
    const unsigned char *b = reader->end;

    if (reader->record.type != JSGID_FCGI_END_REQUEST || reader->record.content != 8) {
        return -1;
    }
    *papp_status = ((uint32_t)b[0] << 24) | ((uint32_t)b[1] << 16) | ((uint32_t)b[2] << 8) | b[3];
    *pprotocol_status = b[4];
    return 0;
}

unsigned jsgid_fcgi_end_process(const jsgid_fcgi_reader_t *reader, unsigned *pload)
{
    *pload = ((unsigned)reader->end[6] << 8) | reader->end[7];
    return reader->end[5];
}
