#include "foundation/url.hpp"

#include <algorithm>
#include <array>

#include "foundation/ascii.hpp"

namespace deviceflow {

namespace {

Error bad_url(std::string_view text, const char* why) {
  // A long one is left out, since half a secret can't be recognized.
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    (text.size() > 200 ? "A long text" : "\"" + std::string(text) + "\"") +
                        " can't be used as a URL: " + why + ".");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_suffix(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// The four numbers of a dotted IPv4 address, or empty.
std::optional<std::array<int, 4>> ipv4(std::string_view host) {
  std::array<int, 4> parts{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < host.size() && is_digit(host[digits]) && digits < 3) {
      value = value * 10 + (host[digits++] - '0');
    }
    if (digits == 0 || value > 255) return std::nullopt;
    parts[i] = value;
    host.remove_prefix(digits);
    if (i < 3) {
      if (host.empty() || host.front() != '.') return std::nullopt;
      host.remove_prefix(1);
    }
  }
  if (!host.empty()) return std::nullopt;
  return parts;
}

bool is_private(const std::array<int, 4>& ip) {
  return ip[0] == 10 || (ip[0] == 172 && ip[1] >= 16 && ip[1] <= 31) ||
         (ip[0] == 192 && ip[1] == 168) || (ip[0] == 169 && ip[1] == 254) ||
         (ip[0] == 100 && ip[1] >= 64 && ip[1] <= 127);
}

struct Authority {
  std::string_view userinfo, host, port;
};

// Splits userinfo@host:port; an empty host stands for "can't be read".
Authority split_authority(std::string_view text) {
  Authority out;
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    out.userinfo = text.substr(0, at + 1);
    text.remove_prefix(at + 1);
  }
  std::size_t end;
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return out;
    out.host = text.substr(1, close - 1);
    end = close + 1;
    if (out.host.find(':') == std::string_view::npos) out.host = {};
  } else {
    end = std::min(text.find(':'), text.size());
    out.host = text.substr(0, end);
    if (out.host.find_first_of("[]@") != std::string_view::npos) out.host = {};
  }
  if (end < text.size()) {
    out.port = text.substr(end);  // with its colon; checked by the caller
  }
  return out;
}

}  // namespace

std::string Url::origin() const {
  std::string out = scheme + "://";
  out += host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (!port.empty()) out += ":" + port;
  return out;
}

int Url::effective_port() const {
  if (port.empty()) return scheme == "https" ? 443 : 80;
  int value = 0;
  for (const char c : port) value = value * 10 + (c - '0');
  return value;
}

Result<Url> parse_url(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) return bad_url("", "it holds a space or a control character");
    if (std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return bad_url(text, "it holds a character that must be escaped");
    }
  }
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) {
    return bad_url(text, "it has to start with https://");
  }
  Url url;
  url.scheme = ascii::lower(text.substr(0, colon));
  for (const char c : url.scheme) {
    if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '+' && c != '-' && c != '.') {
      return bad_url(text, "it has to start with https://");
    }
  }
  std::string_view rest = text.substr(colon + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const Authority authority = split_authority(rest.substr(0, authority_end));
  if (authority.host.empty()) return bad_url(text, "it names no host");
  url.userinfo = std::string(authority.userinfo);
  url.host = ascii::lower(authority.host);
  if (!authority.port.empty()) {
    url.port = std::string(authority.port.substr(1));
    const bool digits = std::all_of(url.port.begin(), url.port.end(), is_digit);
    if (authority.port.front() != ':' || !digits || url.port.empty() || url.port.size() > 5 ||
        url.effective_port() == 0 || url.effective_port() > 65535) {
      return bad_url(text, "its port is no number from 1 to 65535");
    }
  }
  rest.remove_prefix(authority_end);
  const std::size_t hash = rest.find('#');
  if (hash != std::string_view::npos) {
    url.fragment = std::string(rest.substr(hash + 1));
    rest = rest.substr(0, hash);
  }
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    url.query = std::string(rest.substr(question + 1));
    rest = rest.substr(0, question);
  }
  url.path = std::string(rest);
  return url;
}

HostReach host_reach(std::string_view raw) noexcept {
  const std::string host = ascii::lower(raw);
  if (host == "localhost" || has_suffix(host, ".localhost") || host == "::1") {
    return HostReach::this_machine;
  }
  if (const auto ip = ipv4(host)) {
    if ((*ip)[0] == 127 || host == "0.0.0.0") return HostReach::this_machine;
    return is_private(*ip) ? HostReach::private_network : HostReach::anywhere;
  }
  if (host.find(':') != std::string::npos) {  // IPv6
    const std::string_view head = std::string_view(host).substr(0, 2);
    const bool local = head == "fc" || head == "fd" ||
                       (head == "fe" && host.size() > 2 && host[2] >= '8' && host[2] <= 'b');
    return local ? HostReach::private_network : HostReach::anywhere;
  }
  for (const char* suffix : {".local", ".lan", ".internal", ".home.arpa", ".test"}) {
    if (has_suffix(host, suffix)) return HostReach::private_network;
  }
  return host.find('.') == std::string::npos ? HostReach::private_network : HostReach::anywhere;
}

Result<std::string> resolve_location(const Url& base, std::string_view location) {
  const bool path = !location.empty() && location.front() == '/' && location.substr(0, 2) != "//";
  std::string target = path ? base.origin() : std::string();
  target += location;
  if (parse_url(target).ok()) return target;
  return make_error(
      Blame::protocol, ErrorCode::invalid_response, Stage::usage,
      "The server redirects to something that is neither an absolute URL nor a path.");
}

}  // namespace deviceflow
