#include "exchange_text.hpp"

#include <algorithm>
#include <array>
#include <deviceflow/http.hpp>
#include <string>

#include "body_lines.hpp"
#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::demo {

namespace {

std::string_view reason_phrase(int status) {
  struct Phrase {
    int status;
    std::string_view text;
  };
  constexpr std::array kPhrases{
      Phrase{200, "OK"},
      Phrase{201, "Created"},
      Phrase{204, "No Content"},
      Phrase{301, "Moved Permanently"},
      Phrase{302, "Found"},
      Phrase{303, "See Other"},
      Phrase{307, "Temporary Redirect"},
      Phrase{308, "Permanent Redirect"},
      Phrase{400, "Bad Request"},
      Phrase{401, "Unauthorized"},
      Phrase{403, "Forbidden"},
      Phrase{404, "Not Found"},
      Phrase{405, "Method Not Allowed"},
      Phrase{408, "Request Timeout"},
      Phrase{415, "Unsupported Media Type"},
      Phrase{422, "Unprocessable Content"},
      Phrase{425, "Too Early"},
      Phrase{428, "Precondition Required"},
      Phrase{429, "Too Many Requests"},
      Phrase{500, "Internal Server Error"},
      Phrase{501, "Not Implemented"},
      Phrase{502, "Bad Gateway"},
      Phrase{503, "Service Unavailable"},
      Phrase{504, "Gateway Timeout"},
  };
  const auto* found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == kPhrases.end() ? std::string_view() : found->text;
}

Ink status_ink(int status) {
  if (status >= 200 && status <= 299) return Ink::good;
  return status >= 500 ? Ink::bad : Ink::warning;
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void write_header(std::string_view name, std::string_view value, const Presenter& present,
                  LineWriter& out) {
  constexpr std::string_view kHidden = "••••";
  out.put(Ink::muted, lower(present.text(name)) + ": ");
  if (!present.masks() || !header_is_secret(name)) {
    out.put(Ink::plain, present.text(value));
  } else {
    const auto credentials = credentials_in(name, value);
    if (credentials && !credentials->scheme.empty()) {
      out.put(Ink::plain, present.text(credentials->scheme) + " ");
    }
    out.put(Ink::masked, kHidden);
  }
  out.end();
}

void write_headers(const std::vector<Header>& headers, const Presenter& present, LineWriter& out) {
  for (const Header& header : headers) {
    write_header(header.name, header.value.reveal(), present, out);
  }
}

void write_request(const HttpRequest& request, BodyStyle style, const Presenter& present,
                   LineWriter& out) {
  const auto url = parse_url(request.url);
  std::string target = request.url;
  if (url.ok()) {
    target = url->path.empty() ? "/" : url->path;
    if (url->query) target += "?" + *url->query;
  }
  out.line(Ink::muted, present.text(request.url));
  out.put(Ink::key, name(request.method)).line(Ink::plain, " " + present.text(target));
  if (url.ok() && !find_header(request.headers, "Host")) {
    const std::string origin = url->origin();
    write_header("host", origin.substr(origin.find("://") + 3), present, out);
  }
  write_headers(request.headers, present, out);
  const std::string_view body = request.body.reveal();
  if (body.empty()) return;
  out.end();
  const auto form = Form::parse(body);
  if (style == BodyStyle::pretty && form) {
    write_form(*form, present, out);
  } else {
    write_raw(body, present, out);
  }
}

bool is_meant_as_json(const HttpResponse& response) {
  const std::string_view body = response.body.reveal();
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  const bool looks_so =
      start != std::string_view::npos && (body[start] == '{' || body[start] == '[');
  return looks_so || media_type(response).ends_with("json");
}

void write_pretty_body(const HttpResponse& response, const Presenter& present, LineWriter& out) {
  const std::string_view body = response.body.reveal();
  Quirks ignored;
  const auto parsed = parse_response_json(body, ignored);
  if (parsed.ok()) return write_json(*parsed, present, out);
  if (media_type(response) == "application/x-www-form-urlencoded") {
    if (const auto form = Form::parse(body)) return write_form(*form, present, out);
  }
  if (is_meant_as_json(response)) {
    out.line(Ink::muted, "The answer can't be read. " + present.text(parsed.error().message));
  }
  write_raw(body, present, out);
}

void write_response(const HttpResponse& response, BodyStyle style, const Presenter& present,
                    LineWriter& out) {
  const std::string_view phrase = reason_phrase(response.status);
  out.put(status_ink(response.status), std::to_string(response.status));
  if (!phrase.empty()) out.put(status_ink(response.status), " " + std::string(phrase));
  out.end();
  write_headers(response.headers, present, out);
  out.end();
  if (response.body.empty()) {
    out.line(Ink::muted, "The body is empty.");
  } else if (style == BodyStyle::pretty) {
    write_pretty_body(response, present, out);
  } else {
    write_raw(response.body.reveal(), present, out);
  }
}

void write_failure(const TransportFailure& failure, const Presenter& present, LineWriter& out) {
  out.line(Ink::bad, "No answer: " + std::string(name(failure.kind)));
  if (!failure.message.empty()) out.line(Ink::plain, present.text(failure.message));
  out.line(Ink::muted, failure.nothing_sent ? "Nothing had been sent."
                                            : "The request may have reached the server.");
}

}  // namespace

std::vector<Line> exchange_lines(const ExchangeRecord& record, Side side, BodyStyle style,
                                 Secrets mode, const Redactor& secrets) {
  const Presenter present(mode, secrets);
  LineWriter out;
  if (side == Side::timings) return {};
  if (side == Side::request) {
    write_request(record.request, style, present, out);
  } else if (record.response) {
    write_response(*record.response, style, present, out);
  } else if (record.failure) {
    write_failure(*record.failure, present, out);
  } else {
    out.line(Ink::muted, "No answer yet.");
  }
  return out.take();
}

}  // namespace deviceflow::demo
