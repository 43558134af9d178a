// One HTTP/1.1 answer, read from bytes as they come, in pieces of any size. No heap, and nothing is
// guessed: what two readers could understand differently is broken.
#ifndef FIRMWARE_HTTP_PARSER_H
#define FIRMWARE_HTTP_PARSER_H

#include <deviceflow/deviceflow.h>
#include <stdbool.h>

enum {
  HTTP_LINE_BYTES = 2048,  ///< The longest line that is kept; longer ones only where nobody asks.
  HTTP_KEPT_BYTES = 4096,  ///< All values that are handed on, together.
  HTTP_KEPT_HEADERS = 12   ///< How many of them.
};

enum http_result {
  HTTP_MORE = 0,       ///< Not complete yet.
  HTTP_COMPLETE = 1,   ///< The answer is whole. What comes after it is not looked at.
  HTTP_BROKEN = -1,    ///< No answer that can be understood in one way only.
  HTTP_TOO_LARGE = -2  ///< Over a limit: of the body, the headers or a line.
};

/// Stays where it is while in use: the headers point into it.
typedef struct http_parser {
  int status;
  deviceflow_pair headers[HTTP_KEPT_HEADERS];  ///< Those that the SDK asks for.
  size_t header_count;
  char* body;
  size_t body_size;

  int state;
  int result;
  size_t body_capacity;
  size_t head_bytes;  // of status line, headers, chunk sizes and trailers
  size_t remaining;   // of the body or of a chunk
  bool minor_is_0;    // HTTP/1.0
  bool has_length;
  bool chunked;
  bool after_cr;
  bool line_is_cut;  // a header that nobody asks for, longer than `line`
  size_t line_size;
  size_t kept_size;
  char line[HTTP_LINE_BYTES];
  char kept[HTTP_KEPT_BYTES];
} http_parser;

/// `body` takes the body; more than `capacity` is HTTP_TOO_LARGE.
void http_begin(http_parser* parser, char* body, size_t capacity);
/// Takes bytes; answers an http_result. Anything but HTTP_MORE stays.
int http_feed(http_parser* parser, const char* data, size_t size);
/// The server has closed the connection in good order. Completes an answer without a length.
int http_end(http_parser* parser);

#endif
