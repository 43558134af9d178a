#include "line_writer.hpp"

#include <utility>

namespace deviceflow::demo {

namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// As much of `text` as fits, without half a character at the end.
std::size_t fitting(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  std::size_t size = room;
  while (size > 0 && continues_character(text[size])) --size;
  return size;
}

std::size_t bytes_of(const Line& line) {
  std::size_t bytes = 0;
  for (const Span& span : line) bytes += span.text.size();
  return bytes;
}

}  // namespace

std::string plain_text(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) {
    for (const Span& span : line) out += span.text;
    out += '\n';
  }
  return out;
}

LineWriter& LineWriter::put(Ink ink, std::string_view text) {
  while (!text.empty()) {
    std::size_t size = fitting(text, kMaxLineBytes - line_bytes_);
    if (size == 0 && line_bytes_ > 0) {
      end();
      continue;
    }
    if (size == 0) size = kMaxLineBytes;  // no UTF-8 at all
    line_.push_back({ink, std::string(text.substr(0, size))});
    line_bytes_ += size;
    text.remove_prefix(size);
  }
  return *this;
}

void LineWriter::end() {
  if (lines_.size() == kMaxLines) {
    hidden_bytes_ += line_bytes_ + 1;
    line_.clear();
  } else {
    lines_.push_back(std::exchange(line_, {}));
  }
  line_bytes_ = 0;
}

void LineWriter::line(Ink ink, std::string_view text) {
  put(ink, text);
  end();
}

std::vector<Line> LineWriter::take() {
  if (hidden_bytes_ > 0) {
    hidden_bytes_ += bytes_of(lines_.back()) + 1;
    lines_.back() = {{Ink::muted, "… " + std::to_string(hidden_bytes_) + " bytes are not shown"}};
  }
  hidden_bytes_ = 0;
  return std::exchange(lines_, {});
}

}  // namespace deviceflow::demo
