#include <algorithm>
#include <deviceflow/exchange.hpp>
#include <deviceflow/provider.hpp>

#include "foundation/url.hpp"
#include "protocol/answer.hpp"
#include "protocol/tolerances.hpp"

namespace deviceflow {

namespace {

Result<void> check_endpoint(const std::string& text, Stage stage, bool allow_http) {
  const auto url = parse_url(text);
  if (!url.ok()) {
    Error error = url.error();
    error.stage = stage;
    return error;
  }
  if (url->fragment || !url->userinfo.empty()) {
    return make_error(
        Blame::caller, ErrorCode::invalid_argument, stage,
        "The endpoint \"" + text + "\" can't be used: it has a fragment or a user name in it.");
  }
  const bool local = host_reach(url->host) == HostReach::this_machine;
  if (url->scheme == "https" || (url->scheme == "http" && (local || allow_http))) return {};
  return make_error(Blame::caller, ErrorCode::insecure_endpoint, stage,
                    "The endpoint \"" + text +
                        "\" is not https, so everybody on the way could read the tokens. Nothing "
                        "was sent. Use the server's https address.");
}

// What differs at the provider, or null.
const Tolerances* tolerances(const Provider* provider) {
  return provider != nullptr ? provider->tolerances.get() : nullptr;
}

}  // namespace

Result<HttpRequest> Exchange::prepare(OAuthRequest request, std::optional<WallTime> wall,
                                      const RandomBytes& random) const {
  const Tolerances* theirs = tolerances(options_.provider.get());
  if (theirs != nullptr) theirs->rewrite(request);
  const auto good = check_endpoint(request.url, request.stage, options_.dangerous_allow_http);
  if (!good.ok()) return good.error();
  if (options_.authenticator) {
    const auto applied = options_.authenticator->apply(request, wall, random);
    if (!applied.ok()) return applied.error();
  }
  auto& fields = request.form.fields();
  fields.erase(std::remove_if(fields.begin(), fields.end(),
                              [&](const Form::Field& field) {
                                return std::find(request.withheld.begin(), request.withheld.end(),
                                                 field.name) != request.withheld.end();
                              }),
               fields.end());
  HttpRequest finished;
  finished.method = request.method;
  finished.url = std::move(request.url);
  finished.timeout = request.timeout;
  finished.headers = std::move(request.headers);
  if (!find_header(finished.headers, "Accept")) {
    set_header(finished.headers, "Accept", "application/json");
  }
  if (request.method == Method::post) {
    set_header(finished.headers, "Content-Type", "application/x-www-form-urlencoded");
    finished.body = request.form.encode();
  }
  return finished;
}

HttpResponse Exchange::accept(HttpResponse response, Stage stage) const {
  if (options_.authenticator) options_.authenticator->learn(response);
  const Tolerances* theirs = tolerances(options_.provider.get());
  if (theirs != nullptr) theirs->normalize(response, stage);
  return response;
}

}  // namespace deviceflow
