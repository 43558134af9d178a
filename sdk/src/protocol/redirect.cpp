#include "protocol/redirect.hpp"

#include "foundation/url.hpp"

namespace deviceflow {

Result<std::string> redirect_target(const OAuthRequest& request, const HttpResponse& response) {
  const auto location = find_header(response.headers, "Location");
  if (response.status < 300 || response.status > 399 || !location) return std::string();
  const auto base = parse_url(request.url);
  if (!base.ok()) return base.error();
  auto target = resolve_location(*base, *location);
  if (!target.ok()) {
    Error error = target.error();
    error.stage = request.stage;
    return error;
  }
  if (base->scheme == "https" && parse_url(*target)->scheme != "https") {
    return make_error(Blame::protocol, ErrorCode::redirect_refused, request.stage,
                      "The server's metadata or keys are redirected from https to plain http. It "
                      "was not followed.");
  }
  return target;
}

}  // namespace deviceflow
