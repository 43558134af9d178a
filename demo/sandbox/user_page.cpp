// The verification URI: what a person sees and decides.
//
// A decision counts only with the page token from the cookie repeated in the form, so that no other
// site can post one through the user's browser. Page tokens are sealed: only those that were given
// out here count.
#include <string_view>
#include <vector>

#include "authorization_server.hpp"
#include "foundation/encoding.hpp"
#include "pages.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::string_view kCookie = "sandbox_page";
constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kPageTokenHalf = 22;  // 128 bits in base64url.
constexpr std::size_t kLongestTypedCode = 80;

// The values of the page's cookie; a browser sends several if another path or port set one too.
std::vector<std::string_view> cookie_values(const Request& request) {
  std::vector<std::string_view> values;
  std::string_view rest = find_header(request.headers, "Cookie").value_or("");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != kCookie) continue;
    values.push_back(pair.substr(equals + 1));
  }
  return values;
}

std::string_view sentence(const PageWords& say, DecisionResult result) {
  switch (result) {
    case DecisionResult::used_code: return say.used_code;
    case DecisionResult::expired_code: return say.expired_code;
    default: return say.unknown_code;
  }
}

const PageWords& words_for(const Request& request) {
  return page_words(find_header(request.headers, "Accept-Language").value_or(""));
}

// Codes are only given to known clients.
const Client& client_of(const Grant& grant) {
  return *find_client(grant.client_id);
}

}  // namespace

std::string AuthorizationServer::seal(std::string_view nonce) const {
  const std::string digest = settings_.sha256(page_key_ + std::string(nonce));
  return std::string(nonce) + base64url_encode(digest).substr(0, kPageTokenHalf);
}

std::string AuthorizationServer::make_page_token() {
  return seal(base64url_encode(settings_.random_bytes(kNonceBytes)));
}

// The page token in the request's cookies, or empty.
std::string AuthorizationServer::page_token_of(const Request& request) const {
  for (const std::string_view value : cookie_values(request)) {
    if (value.size() == 2 * kPageTokenHalf && seal(value.substr(0, kPageTokenHalf)) == value) {
      return std::string(value);
    }
  }
  return {};
}

Response AuthorizationServer::user_page(const Request& request, SteadyTime now) {
  if (request.method == "POST") return take_decision(request, now);
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = page(request, 405, code_page(words_for(request), "", "", ""), "", "");
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    return response;
  }
  const auto query = Form::parse(request.query());
  const std::string_view code = query ? query->get("user_code") : std::string_view();
  return show_code(request, code.substr(0, kLongestTypedCode), now);
}

Response AuthorizationServer::show_code(const Request& request, std::string_view user_code,
                                        SteadyTime now) {
  const PageWords& say = words_for(request);
  const std::string nonce = base64url_encode(settings_.random_bytes(kNonceBytes));
  if (user_code.empty()) return page(request, 200, code_page(say, nonce, "", ""), nonce, "");
  Grant* grant = find_by_user_code(user_code);
  if (grant != nullptr) decide_by_itself(*grant, now);
  DecisionResult problem = DecisionResult::done;
  if (grant == nullptr) {
    problem = DecisionResult::unknown_code;
  } else if (grant->state != Grant::State::pending || grant->finished) {
    problem = DecisionResult::used_code;
  }
  if (grant != nullptr && grant->state == Grant::State::pending && now >= grant->expires) {
    problem = DecisionResult::expired_code;
  }
  if (problem != DecisionResult::done) {
    // Only a mistyped code is worth showing again.
    const bool mistyped = problem == DecisionResult::unknown_code;
    return page(request, 400,
                code_page(say, nonce, mistyped ? user_code : "", sentence(say, problem)), nonce,
                "");
  }
  std::string token = page_token_of(request);
  if (token.empty()) token = make_page_token();
  const ConsentView view{
      client_of(*grant).name, client_of(*grant).device, grant->scope, grant->user_code, token,
      grant->expires - now};
  return page(request, 200, consent_page(say, nonce, view), nonce, token);
}

Response AuthorizationServer::take_decision(const Request& request, SteadyTime now) {
  const PageWords& say = words_for(request);
  const std::string nonce = base64url_encode(settings_.random_bytes(kNonceBytes));
  const auto form = Form::parse(request.body);
  const std::string expected = page_token_of(request);
  if (!form || expected.empty() || form->get("page_token") != expected) {
    const std::string_view typed = form ? form->get("user_code") : std::string_view();
    return page(request, 403,
                code_page(say, nonce, typed.substr(0, kLongestTypedCode), say.stale_page), nonce,
                "");
  }
  const std::string_view code = form->get("user_code").substr(0, kLongestTypedCode);
  const std::string_view decision = form->get("decision");
  const bool approve = decision == "approve";
  // Neither button: the form was sent some other way, so ask again rather than guess.
  if (!approve && decision != "deny") return show_code(request, code, now);
  const DecisionResult result =
      decide(code, approve ? Decision::approve : Decision::deny, form->get("user"), now);
  if (result != DecisionResult::done) {
    return page(request, 400, code_page(say, nonce, code, sentence(say, result)), nonce, "");
  }
  const Grant& grant = *find_by_user_code(code);
  return page(request, 200,
              approve ? approved_page(say, nonce, client_of(grant).name, grant.person)
                      : denied_page(say, nonce, client_of(grant).name),
              nonce, "");
}

Response AuthorizationServer::page(const Request& request, int status, const std::string& html,
                                   std::string_view nonce, std::string_view page_token) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Language", std::string(words_for(request).language)},
                      {"Vary", "Accept-Language"},
                      {"Content-Security-Policy",
                       "default-src 'none'; style-src 'nonce-" + std::string(nonce) +
                           "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
                      {"Cache-Control", "no-store"},
                      {"X-Frame-Options", "DENY"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}};
  if (!page_token.empty()) {
    std::string cookie = std::string(kCookie) + "=" + std::string(page_token) +
                         "; Path=/device; HttpOnly; SameSite=Strict";
    if (settings_.page_origin.starts_with("https:")) cookie += "; Secure";
    response.headers.emplace_back("Set-Cookie", std::move(cookie));
  }
  if (request.method != "HEAD") response.body = html;
  return response;
}

}  // namespace deviceflow::sandbox
