#include "exchange_filter.hpp"

#include <algorithm>

namespace deviceflow::demo {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t from) {
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), wanted.begin(),
                  wanted.end(), [](char a, char b) { return lower(a) == lower(b); });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

std::string text_of(const Line& line) {
  std::string out;
  for (const Span& span : line) out += span.text;
  return out;
}

bool of_kind(const ExchangeRecord& record, const ExchangeRow& row, ExchangeKind kind) {
  switch (kind) {
    case ExchangeKind::all: return true;
    case ExchangeKind::errors: return row.tone == Tone::warning || row.tone == Tone::bad;
    case ExchangeKind::discovery: return record.stage == Stage::discovery;
    case ExchangeKind::device_authorization: return record.stage == Stage::device_authorization;
    case ExchangeKind::polls: return record.stage == Stage::token;
    case ExchangeKind::others:
      return record.stage != Stage::discovery && record.stage != Stage::device_authorization &&
             record.stage != Stage::token;
  }
  return true;
}

// The span cut in pieces, where [from, until) of its line is found.
void mark(Line& line, std::size_t from, std::size_t until) {
  Line out;
  std::size_t at = 0;
  for (Span& span : line) {
    const std::size_t size = span.text.size();
    const std::size_t begin = std::clamp(from, at, at + size) - at;
    const std::size_t end = std::clamp(until, at, at + size) - at;
    const auto piece = [&](std::size_t first, std::size_t last, bool found) {
      if (first < last) {
        out.push_back({span.ink, span.text.substr(first, last - first), found || span.found});
      }
    };
    piece(0, begin, false);
    piece(begin, end, true);
    piece(end, size, false);
    at += size;
  }
  line = std::move(out);
}

}  // namespace

std::string_view title_of(ExchangeKind kind) {
  switch (kind) {
    case ExchangeKind::all: return "filter.all";
    case ExchangeKind::errors: return "filter.errors";
    case ExchangeKind::discovery: return "filter.discovery";
    case ExchangeKind::device_authorization: return "filter.device_authorization";
    case ExchangeKind::polls: return "filter.polls";
    case ExchangeKind::others: return "filter.others";
  }
  return {};
}

bool ExchangeFilter::lists(const ExchangeRecord& record, const ExchangeRow& row, BodyStyle style,
                           const Redactor& secrets) const {
  if (!of_kind(record, row, kind)) return false;
  if (search.empty()) return true;
  for (const Side side : {Side::request, Side::response}) {
    for (const Line& line : exchange_lines(record, side, style, Secrets::masked, secrets)) {
      if (find_text(text_of(line), search, 0) != std::string_view::npos) return true;
    }
  }
  return false;
}

void mark_found(std::vector<Line>& lines, std::string_view text) {
  if (text.empty()) return;
  for (Line& line : lines) {
    const std::string whole = text_of(line);
    for (std::size_t at = find_text(whole, text, 0); at != std::string_view::npos;
         at = find_text(whole, text, at + text.size())) {
      mark(line, at, at + text.size());
    }
  }
}

}  // namespace deviceflow::demo
