#include <algorithm>

#include "c_api/handles.hpp"
#include "foundation/response_headers.hpp"

namespace deviceflow::c_api {

deviceflow_text text_of(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

bool are_good(const deviceflow_pair* pairs, std::size_t count) noexcept {
  if (pairs == nullptr) return count == 0;
  return std::all_of(pairs, pairs + count, [](const deviceflow_pair& pair) {
    return is_good(pair.name) && is_good(pair.value);
  });
}

std::vector<std::pair<std::string, std::string>> pairs_of(const deviceflow_pair* pairs,
                                                          std::size_t count) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.emplace_back(view_of(pairs[i].name), view_of(pairs[i].value));
  }
  return out;
}

void SentRequest::set(HttpRequest finished) {
  request = std::move(finished);
  headers.clear();
  for (const Header& header : request.headers) {
    headers.push_back({text_of(header.name), text_of(header.value.reveal())});
  }
  view.size = sizeof view;
  view.method = request.method == Method::post ? DEVICEFLOW_POST : DEVICEFLOW_GET;
  view.url = text_of(request.url);
  view.headers = headers.data();
  view.header_count = headers.size();
  view.body = text_of(request.body.reveal());
  view.timeout_ms = request.timeout.count();
}

void fill(deviceflow_error& out, const Error* error) noexcept {
  out = {};
  out.size = sizeof out;
  if (error == nullptr) return;
  out.status = status_of(error->code);
  out.retryable = error->retryable ? 1 : 0;
  out.http_status = error->http_status.value_or(0);
  out.message = text_of(error->message);
  out.oauth_code = text_of(error->oauth_code);
  out.description = text_of(error->description);
  out.reason = text_of(error->reason);
}

void fill(deviceflow_tokens& out, const TokenSet& tokens) noexcept {
  out.access_token = text_of(tokens.access_token.reveal());
  out.refresh_token = text_of(tokens.refresh_token.reveal());
  out.id_token = text_of(tokens.id_token.reveal());
  out.token_type = text_of(tokens.token_type);
  out.scope = tokens.scope ? text_of(*tokens.scope) : deviceflow_text{};
  out.expires_in_s = tokens.expires_in ? tokens.expires_in->count() : DEVICEFLOW_UNKNOWN_TIME;
}

int check_response(const deviceflow_response* response) noexcept {
  const int size = check_struct(response);
  if (size != DEVICEFLOW_OK) return size;
  if (!is_good(response->body) || !are_good(response->headers, response->header_count)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  std::size_t left = DEVICEFLOW_MAX_HEADER_BYTES;
  for (std::size_t i = 0; i < response->header_count; ++i) {
    const deviceflow_pair& header = response->headers[i];
    if (header.name.size > left || header.value.size > left - header.name.size) {
      return DEVICEFLOW_RESPONSE_TOO_LARGE;
    }
    left -= header.name.size + header.value.size;
  }
  return response->body.size > DEVICEFLOW_MAX_ANSWER_BYTES ? DEVICEFLOW_RESPONSE_TOO_LARGE
                                                           : DEVICEFLOW_OK;
}

int check_failure(const deviceflow_failure* failure) noexcept {
  const int size = check_struct(failure);
  if (size != DEVICEFLOW_OK) return size;
  if (!is_good(failure->message) || !is_good(failure->reason)) return DEVICEFLOW_NULL_ARGUMENT;
  const bool known =
      failure->kind >= DEVICEFLOW_FAILURE_DNS && failure->kind <= DEVICEFLOW_FAILURE_LOCAL;
  return known ? DEVICEFLOW_OK : DEVICEFLOW_INVALID_ARGUMENT;
}

TransportFailure failure_of(const deviceflow_failure& failure, const Redactor& redactor) {
  static_assert(static_cast<int>(TransportFailure::Kind::local) == DEVICEFLOW_FAILURE_LOCAL);
  std::string message = redactor.clean(view_of(failure.message));
  if (message.empty()) message = "The request got no response.";
  return {static_cast<TransportFailure::Kind>(failure.kind), failure.nothing_sent != 0,
          std::move(message), redactor.clean(view_of(failure.reason))};
}

HttpResponse response_of(const deviceflow_response& response) {
  HttpResponse out;
  out.status = response.status;
  for (std::size_t i = 0; i < response.header_count; ++i) {
    const deviceflow_pair& header = response.headers[i];
    if (find_response_header(view_of(header.name)) == nullptr) continue;
    out.headers.push_back({std::string(view_of(header.name)), Secret(view_of(header.value))});
  }
  out.body = Secret(view_of(response.body));
  return out;
}

}  // namespace deviceflow::c_api
