// The HTTP reader of the firmware sample.
extern "C" {
#include "http_parser.h"
}

#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr std::size_t kCapacity = 512;

struct Reader {
  Reader() : body(kCapacity), parser(std::make_unique<http_parser>()) {
    http_begin(parser.get(), body.data(), body.size());
  }

  std::vector<char> body;  // on the heap, so that one byte too many is seen
  std::unique_ptr<http_parser> parser;
};

bool same(deviceflow_text a, deviceflow_text b) {
  return a.size == b.size && std::equal(a.data, a.data + a.size, b.data);
}

void require_same(const http_parser& a, const http_parser& b) {
  require(a.result == b.result, "however the bytes are cut, the result is the same");
  if (a.result != HTTP_COMPLETE) return;
  require(a.status == b.status && a.header_count == b.header_count, "so is the head");
  for (std::size_t i = 0; i < a.header_count; ++i) {
    require(same(a.headers[i].name, b.headers[i].name), "so is a header's name");
    require(same(a.headers[i].value, b.headers[i].value), "so is its value");
  }
  require(same({a.body, a.body_size}, {b.body, b.body_size}), "so is the body");
}

void require_sound(const http_parser& parser) {
  require(parser.body_size <= kCapacity, "a body keeps to its limit");
  require(parser.header_count <= HTTP_KEPT_HEADERS, "headers keep to theirs");
  if (parser.result != HTTP_COMPLETE) return;
  require(parser.status >= 200 && parser.status <= 599, "an answer has a status");
  for (std::size_t i = 0; i < parser.header_count; ++i) {
    const deviceflow_text value = parser.headers[i].value;
    require(parser.headers[i].name.size > 0, "a header has a name");
    require(std::none_of(value.data, value.data + value.size,
                         [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
            "a value is one line");
  }
}

}  // namespace
}  // namespace deviceflow::fuzz

// The first byte says how the rest is cut, and whether the connection is closed after it.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow::fuzz;
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 16 + 1;
  const auto bytes = text_of(data + 1, size - 1);
  const Reader whole;
  http_feed(whole.parser.get(), bytes.data(), bytes.size());
  const Reader cut;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto part = bytes.substr(at, piece);
    http_feed(cut.parser.get(), part.data(), part.size());
  }
  if (data[0] >= 128) {
    http_end(whole.parser.get());
    http_end(cut.parser.get());
  }
  require_same(*whole.parser, *cut.parser);
  require_sound(*whole.parser);
  return 0;
}
