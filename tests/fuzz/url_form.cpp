// URLs, forms, encodings, and header values.
#include <deviceflow/exchange.hpp>
#include <deviceflow/http.hpp>

#include "foundation/encoding.hpp"
#include "foundation/url.hpp"
#include "fuzz.hpp"
#include "protocol/challenge.hpp"

namespace deviceflow::fuzz {
namespace {

void encodings(std::string_view text) {
  require(form_decode(form_encode(text)) == text, "form_decode() undoes form_encode()");
  require(form_decode(percent_encode(text)) == text, "form_decode() undoes percent_encode()");
  (void)form_decode(text);
  const auto back = base64url_decode(base64url_encode(text));
  require(back && back->reveal() == text, "base64url_decode() undoes base64url_encode()");
  if (const auto bytes = base64url_decode(text)) {
    require(base64url_encode(bytes->reveal()) == text, "bytes have one spelling in base64url");
  }
}

void forms(std::string_view text) {
  const auto form = Form::parse(text);
  if (!form) return;
  // An empty value is kept on the way in, and left out by add(); what was parsed is written whole.
  const Secret written = form->encode();
  const auto again = Form::parse(written.reveal());
  require(again.has_value(), "what a form writes can be read");
  require(again->encode().reveal() == written.reveal(), "what a form writes stays the same");
}

void urls(std::string_view text, std::string_view location) {
  (void)host_reach(text);
  const auto url = parse_url(text);
  if (!url.ok()) return require_clean(url.error());
  const int port = url->effective_port();
  require(port >= 0 && port <= 65535, "a port is a port");
  require(!url->host.empty(), "a URL has a host");
  require(parse_url(url->origin()).ok(), "an origin is a URL");
  const auto target = resolve_location(*url, location);
  if (target.ok()) require(parse_url(*target).ok(), "a redirect leads to a URL");
}

void headers(std::string_view text) {
  const HttpResponse response = response_of(text);
  const auto wait = retry_after(response);
  require(!wait || wait->count() >= 0, "Retry-After is never negative");
  (void)parse_http_date(text);
  (void)media_type(response);
  for (const char* parameter : {"error", "realm"}) {
    (void)challenge_parameter(response, "Bearer", parameter);
  }
}

void endpoints(std::string_view text) {
  OAuthRequest request;
  request.url = std::string(text);
  const auto finished = Exchange().prepare(std::move(request), {}, {});
  if (!finished.ok()) return require_clean(finished.error());
  const auto url = parse_url(finished->url);
  require(url.ok() && !url->fragment && url->userinfo.empty(), "an endpoint is a plain URL");
  require(url->scheme == "https" || host_reach(url->host) == HostReach::this_machine,
          "plain http stays on this machine");
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const std::string_view text = fuzz::text_of(data, size);
  const auto [first, rest] = fuzz::split_line(text);
  fuzz::encodings(text);
  fuzz::forms(text);
  fuzz::urls(first, rest);
  fuzz::headers(text);
  fuzz::endpoints(first);
  return 0;
}
