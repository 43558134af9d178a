#include <algorithm>
#include <array>
#include <deviceflow/http.hpp>

#include "foundation/ascii.hpp"

namespace deviceflow {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

constexpr std::int64_t kTenYears = 315360000;

// Digits and nothing else (RFC 9111 section 1.2.2).
std::optional<std::chrono::seconds> delta_seconds(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) value = std::min(kTenYears, value * 10 + (c - '0'));
  return std::chrono::seconds(value);
}

// A reader that takes one piece of an HTTP date after the other.
struct DateReader {
  std::string_view rest;
  bool good = true;

  void skip(std::string_view text) {
    if (rest.substr(0, text.size()) != text) {
      good = false;
    } else {
      rest.remove_prefix(text.size());
    }
  }
  int digits(std::size_t count) {
    if (rest.size() < count) good = false;
    int value = 0;
    for (std::size_t i = 0; good && i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') good = false;
      value = value * 10 + (rest[i] - '0');
    }
    if (good) rest.remove_prefix(count);
    return value;
  }
  int month() {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::size_t at =
        rest.size() < 3 ? std::string_view::npos : kMonths.find(rest.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) {
      good = false;
      return 0;
    }
    rest.remove_prefix(3);
    return static_cast<int>(at / 3) + 1;
  }
};

// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted by 400-year eras.
std::int64_t days_since_epoch(std::int64_t year, int month, int day) {
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

}  // namespace

std::string_view name(Method method) noexcept {
  return method == Method::get ? "GET" : "POST";
}

std::string_view name(TransportFailure::Kind kind) noexcept {
  switch (kind) {
    case TransportFailure::Kind::dns: return "dns";
    case TransportFailure::Kind::refused: return "refused";
    case TransportFailure::Kind::timeout: return "timeout";
    case TransportFailure::Kind::connection: return "connection";
    case TransportFailure::Kind::tls_handshake: return "tls_handshake";
    case TransportFailure::Kind::tls_untrusted: return "tls_untrusted";
    case TransportFailure::Kind::too_large: return "too_large";
    case TransportFailure::Kind::cancelled: return "cancelled";
    case TransportFailure::Kind::local: return "local";
  }
  return "unknown";
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) noexcept {
  for (const Header& header : headers) {
    if (ascii::same(header.name, name)) return header.value.reveal();
  }
  return std::nullopt;
}

void set_header(std::vector<Header>& headers, std::string_view name, std::string_view value) {
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const Header& h) { return ascii::same(h.name, name); }),
                headers.end());
  headers.push_back({std::string(name), Secret(value)});
}

std::string media_type(const HttpResponse& response) {
  const auto header = find_header(response.headers, "Content-Type");
  if (!header) return {};
  return ascii::lower(trim(header->substr(0, header->find(';'))));
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  text = trim(text);
  const std::size_t comma = text.find(',');
  DateReader in{text};
  std::int64_t year = 0;
  int month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const auto time = [&] {
    hour = in.digits(2);
    in.skip(":");
    minute = in.digits(2);
    in.skip(":");
    second = in.digits(2);
  };
  if (comma == 3) {  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
    in.rest.remove_prefix(4);
    in.skip(" ");
    day = in.digits(2);
    in.skip(" ");
    month = in.month();
    in.skip(" ");
    year = in.digits(4);
    in.skip(" ");
    time();
    in.skip(" GMT");
  } else if (comma != std::string_view::npos) {  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
    in.rest.remove_prefix(comma + 1);
    in.skip(" ");
    day = in.digits(2);
    in.skip("-");
    month = in.month();
    in.skip("-");
    // Two digits. In this old format, 70 to 99 mean the last century.
    const int short_year = in.digits(2);
    year = short_year + (short_year < 70 ? 2000 : 1900);
    in.skip(" ");
    time();
    in.skip(" GMT");
  } else {  // asctime: Sun Nov  6 08:49:37 1994
    if (in.rest.size() < 4) return std::nullopt;
    in.rest.remove_prefix(3);
    in.skip(" ");
    month = in.month();
    in.skip(" ");
    if (!in.rest.empty() && in.rest.front() == ' ') {
      in.rest.remove_prefix(1);
      day = in.digits(1);
    } else {
      day = in.digits(2);
    }
    in.skip(" ");
    time();
    in.skip(" ");
    year = in.digits(4);
  }
  const bool in_range =
      month >= 1 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60;
  if (!in.good || !in.rest.empty() || !in_range) return std::nullopt;
  const std::int64_t minutes = std::int64_t{hour} * 60 + minute;
  return days_since_epoch(year, month, day) * 86400 + minutes * 60 + second;
}

std::optional<std::chrono::seconds> retry_after(const HttpResponse& response) {
  const auto header = find_header(response.headers, "Retry-After");
  if (!header) return std::nullopt;
  const std::string_view text = trim(*header);
  if (const auto plain = delta_seconds(text)) return plain;
  const auto date = find_header(response.headers, "Date");
  if (!date) return std::nullopt;
  const auto then = parse_http_date(text);
  const auto now = parse_http_date(*date);
  if (!then || !now || *then <= *now) return std::nullopt;
  return std::chrono::seconds(std::min(kTenYears, *then - *now));
}

std::optional<std::chrono::seconds> max_age(const HttpResponse& response) {
  std::optional<std::chrono::seconds> out;
  for (const Header& header : response.headers) {
    if (!ascii::same(header.name, "Cache-Control")) continue;
    std::string_view rest = header.value.reveal();
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
      const std::string_view name = trim(piece.substr(0, piece.find('=')));
      if (ascii::same(name, "no-store") || ascii::same(name, "no-cache")) {
        return std::chrono::seconds(0);
      }
      if (!ascii::same(name, "max-age")) continue;
      const auto value =
          delta_seconds(trim(piece.substr(std::min(piece.size(), piece.find('=') + 1))));
      out = value.value_or(std::chrono::seconds(0));
    }
  }
  return out;
}

}  // namespace deviceflow
