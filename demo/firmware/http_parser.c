#include "http_parser.h"

#include <string.h>

enum state {
  STATUS_LINE,
  HEADER,
  BODY,           // of a known length
  BODY_TO_CLOSE,  // ends with the connection
  CHUNK_SIZE,
  CHUNK,
  CHUNK_END,
  TRAILER
};

static const char* const kAskedFor[] = {
    "content-type", "date",          "retry-after", "www-authenticate",
    "dpop-nonce",   "cache-control", "location",    "content-encoding"};
static const char kLength[] = "content-length";
static const char kEncoding[] = "transfer-encoding";

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// A character of a header's name (RFC 9110 section 5.6.2).
static bool is_token_character(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || is_digit(c) ||
         (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool same(deviceflow_text text, const char* small) {
  if (text.size != strlen(small)) return false;
  for (size_t i = 0; i < text.size; ++i) {
    if (lower(text.data[i]) != small[i]) return false;
  }
  return true;
}

static bool is_asked_for(deviceflow_text name) {
  for (size_t i = 0; i < sizeof kAskedFor / sizeof kAskedFor[0]; ++i) {
    if (same(name, kAskedFor[i])) return true;
  }
  return false;
}

static bool decides_length(deviceflow_text name) {
  return same(name, kLength) || same(name, kEncoding);
}

// The name at the start of a line; empty where there is none.
static deviceflow_text name_of(const http_parser* parser) {
  size_t size = 0;
  while (size < parser->line_size && is_token_character(parser->line[size])) ++size;
  const bool named = size < parser->line_size && parser->line[size] == ':';
  return (deviceflow_text){parser->line, named ? size : 0};
}

static deviceflow_text value_of(const http_parser* parser, size_t begin) {
  size_t end = parser->line_size;
  while (begin < end && is_space(parser->line[begin])) ++begin;
  while (begin < end && is_space(parser->line[end - 1])) --end;
  return (deviceflow_text){parser->line + begin, end - begin};
}

static deviceflow_text keep(http_parser* parser, deviceflow_text text) {
  char* at = parser->kept + parser->kept_size;
  memcpy(at, text.data, text.size);
  parser->kept_size += text.size;
  return (deviceflow_text){at, text.size};
}

static int keep_header(http_parser* parser, deviceflow_text name, deviceflow_text value) {
  const size_t free_bytes = sizeof parser->kept - parser->kept_size;
  if (parser->header_count == HTTP_KEPT_HEADERS || name.size + value.size > free_bytes) {
    return HTTP_TOO_LARGE;
  }
  deviceflow_pair* header = &parser->headers[parser->header_count++];
  header->name = keep(parser, name);
  header->value = keep(parser, value);
  return HTTP_MORE;
}

static int take_length(http_parser* parser, deviceflow_text value) {
  if (parser->has_length || value.size == 0) return HTTP_BROKEN;
  size_t length = 0;
  for (size_t i = 0; i < value.size; ++i) {
    if (!is_digit(value.data[i])) return HTTP_BROKEN;
    if (length > parser->body_capacity) continue;  // too large already; is it a number at all?
    length = length * 10 + (size_t)(value.data[i] - '0');
  }
  parser->has_length = true;
  parser->remaining = length;
  return HTTP_MORE;
}

static int take_status_line(http_parser* parser) {
  const char* line = parser->line;
  const bool formed = parser->line_size >= 12 && memcmp(line, "HTTP/1.", 7) == 0 &&
                      (line[7] == '0' || line[7] == '1') && line[8] == ' ' && line[9] >= '1' &&
                      line[9] <= '5' && is_digit(line[10]) && is_digit(line[11]) &&
                      (parser->line_size == 12 || line[12] == ' ');
  if (!formed) return HTTP_BROKEN;
  parser->minor_is_0 = line[7] == '0';
  parser->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  parser->state = HEADER;
  return HTTP_MORE;
}

// Which body follows (RFC 9112 section 6.3).
static int end_head(http_parser* parser) {
  if (parser->chunked && (parser->has_length || parser->minor_is_0)) return HTTP_BROKEN;
  if (parser->status == 101) return HTTP_BROKEN;
  if (parser->status < 200) {  // the answer itself is still to come
    parser->header_count = 0;
    parser->kept_size = 0;
    parser->has_length = false;
    parser->chunked = false;
    parser->state = STATUS_LINE;
    return HTTP_MORE;
  }
  if (parser->status == 204 || parser->status == 304) return HTTP_COMPLETE;
  if (parser->chunked) {
    parser->state = CHUNK_SIZE;
    return HTTP_MORE;
  }
  parser->state = parser->has_length ? BODY : BODY_TO_CLOSE;
  if (!parser->has_length) return HTTP_MORE;
  if (parser->remaining > parser->body_capacity) return HTTP_TOO_LARGE;
  return parser->remaining == 0 ? HTTP_COMPLETE : HTTP_MORE;
}

static int take_header(http_parser* parser) {
  if (parser->line_size == 0) return end_head(parser);
  const deviceflow_text name = name_of(parser);
  if (name.size == 0) return HTTP_BROKEN;
  if (parser->line_is_cut) return HTTP_MORE;
  const deviceflow_text value = value_of(parser, name.size + 1);
  if (same(name, kLength)) return take_length(parser, value);
  if (same(name, kEncoding)) {
    if (parser->chunked || !same(value, "chunked")) return HTTP_BROKEN;
    parser->chunked = true;
    return HTTP_MORE;
  }
  return is_asked_for(name) ? keep_header(parser, name, value) : HTTP_MORE;
}

static int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static int take_chunk_size(http_parser* parser) {
  const size_t free_bytes = parser->body_capacity - parser->body_size;
  size_t size = 0;
  size_t digits = 0;
  while (digits < parser->line_size && hex_value(parser->line[digits]) >= 0) {
    if (size <= free_bytes) size = size * 16 + (size_t)hex_value(parser->line[digits]);
    ++digits;
  }
  const deviceflow_text rest = value_of(parser, digits);
  if (digits == 0 || (rest.size > 0 && rest.data[0] != ';')) return HTTP_BROKEN;
  if (size > free_bytes) return HTTP_TOO_LARGE;
  parser->remaining = size;
  parser->state = size == 0 ? TRAILER : CHUNK;
  return HTTP_MORE;
}

static int take_line(http_parser* parser) {
  switch (parser->state) {
    case STATUS_LINE: return take_status_line(parser);
    case HEADER: return take_header(parser);
    case CHUNK_SIZE: return take_chunk_size(parser);
    case CHUNK_END:
      parser->state = CHUNK_SIZE;
      return parser->line_size == 0 ? HTTP_MORE : HTTP_BROKEN;
    default:  // a trailer tells nothing that is asked for
      if (parser->line_size == 0) return HTTP_COMPLETE;
      return name_of(parser).size > 0 ? HTTP_MORE : HTTP_BROKEN;
  }
}

// A line that is full: may the rest of it be dropped?
static int cut_line(http_parser* parser) {
  const deviceflow_text name = name_of(parser);
  const bool droppable = parser->state == TRAILER || (parser->state == HEADER && name.size > 0 &&
                                                      !is_asked_for(name) && !decides_length(name));
  parser->line_is_cut = true;
  return droppable ? HTTP_MORE : HTTP_TOO_LARGE;
}

// Lines end with CR LF, and hold neither by itself nor any other control character.
static int take_line_byte(http_parser* parser, char c) {
  if (++parser->head_bytes > DEVICEFLOW_MAX_HEADER_BYTES) return HTTP_TOO_LARGE;
  if (parser->after_cr) {
    if (c != '\n') return HTTP_BROKEN;
    const int result = take_line(parser);
    parser->after_cr = false;
    parser->line_is_cut = false;
    parser->line_size = 0;
    return result;
  }
  if (c == '\r') {
    parser->after_cr = true;
    return HTTP_MORE;
  }
  const unsigned char byte = (unsigned char)c;
  if ((byte < ' ' && c != '\t') || byte == 0x7F) return HTTP_BROKEN;
  if (parser->line_is_cut) return HTTP_MORE;
  if (parser->line_size == sizeof parser->line) return cut_line(parser);
  parser->line[parser->line_size++] = c;
  return HTTP_MORE;
}

static bool in_body(const http_parser* parser) {
  return parser->state == BODY || parser->state == BODY_TO_CLOSE || parser->state == CHUNK;
}

// Answers how many bytes it took.
static size_t take_body(http_parser* parser, const char* data, size_t size) {
  const bool bounded = parser->state != BODY_TO_CLOSE;
  if (bounded && size > parser->remaining) size = parser->remaining;
  if (size > parser->body_capacity - parser->body_size) {
    parser->result = HTTP_TOO_LARGE;
    return size;
  }
  memcpy(parser->body + parser->body_size, data, size);
  parser->body_size += size;
  if (!bounded) return size;
  parser->remaining -= size;
  if (parser->remaining > 0) return size;
  if (parser->state == BODY) parser->result = HTTP_COMPLETE;
  if (parser->state == CHUNK) parser->state = CHUNK_END;
  return size;
}

void http_begin(http_parser* parser, char* body, size_t capacity) {
  memset(parser, 0, sizeof *parser);
  parser->body = body;
  parser->body_capacity = capacity;
}

int http_feed(http_parser* parser, const char* data, size_t size) {
  size_t at = 0;
  while (parser->result == HTTP_MORE && at < size) {
    if (in_body(parser)) {
      at += take_body(parser, data + at, size - at);
    } else {
      parser->result = take_line_byte(parser, data[at++]);
    }
  }
  return parser->result;
}

int http_end(http_parser* parser) {
  if (parser->result == HTTP_MORE) {
    parser->result = parser->state == BODY_TO_CLOSE ? HTTP_COMPLETE : HTTP_BROKEN;
  }
  return parser->result;
}
