#include "press_desk.hpp"

#include <deviceflow/http.hpp>

#include "foundation/json.hpp"
#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::chrono::milliseconds kPatience{3000};

HttpRequest request_for(const std::string& issuer, DeskPress press, const std::string& user_code) {
  const bool decides = press == DeskPress::approve || press == DeskPress::deny;
  Form form;
  form.add("user_code", user_code);
  if (!decides) form.add("answer", name(press));
  HttpRequest request;
  request.method = Method::post;
  request.url = issuer + "/sandbox/" + std::string(decides ? name(press) : "next_poll");
  set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
  request.body = form.encode();
  request.timeout = kPatience;
  return request;
}

DeskResult result_of(const HttpResponse& response) {
  if (response.status == 200) return DeskResult::done;
  if (response.status == 404) return DeskResult::unknown;
  const auto body = parse_json(response.body.reveal());
  const JsonValue* error = body.ok() ? body->find("error") : nullptr;
  const auto code = error != nullptr ? error->as_string() : std::nullopt;
  if (code == "expired_user_code") return DeskResult::expired;
  return code == "used_user_code" ? DeskResult::decided : DeskResult::unreachable;
}

}  // namespace

DeskResult press_desk(Network& network, const std::string& issuer, DeskPress press,
                      const std::string& user_code, const Cancel& cancel) {
  const auto url = parse_url(issuer);
  if (!url.ok() || host_reach(url->host) != HostReach::this_machine) return DeskResult::unreachable;
  const auto answer = send(network, request_for(issuer, press, user_code), cancel);
  const auto* response = std::get_if<HttpResponse>(&answer);
  return response == nullptr ? DeskResult::unreachable : result_of(*response);
}

}  // namespace deviceflow::demo
