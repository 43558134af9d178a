// Shared by the tests of the network over libcurl.
#ifndef DEVICEFLOW_TEST_NETWORK_HELPERS_HPP
#define DEVICEFLOW_TEST_NETWORK_HELPERS_HPP

#include <gtest/gtest.h>

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/platform.hpp>
#include <ostream>
#include <string>
#include <utility>

#include "fault_server.hpp"

namespace deviceflow {

inline void PrintTo(TransportFailure::Kind kind, std::ostream* out) {
  *out << name(kind);
}

namespace test {

using Kind = TransportFailure::Kind;
using std::chrono::milliseconds;

/// What no failure of a working network should ever take, on however busy a machine.
inline constexpr milliseconds kLiveness{8000};

inline HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

inline HttpRequest post(std::string url, std::string_view body = "device_code=abc") {
  HttpRequest request = get(std::move(url));
  request.method = Method::post;
  set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
  request.body = Secret(body);
  return request;
}

/// The answer, or an empty one and a failed test.
inline HttpResponse answered(TransportResult result) {
  if (auto* response = std::get_if<HttpResponse>(&result)) return std::move(*response);
  const auto& failure = std::get<TransportFailure>(result);
  ADD_FAILURE() << "no answer: " << name(failure.kind) << ", " << failure.message;
  return {};
}

/// The failure, or an empty one and a failed test.
inline TransportFailure failed(const TransportResult& result) {
  if (const auto* failure = std::get_if<TransportFailure>(&result)) return *failure;
  ADD_FAILURE() << "answered with " << std::get<HttpResponse>(result).status;
  return {Kind::local, false, "answered"};
}

class Stopwatch {
 public:
  milliseconds elapsed() const {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace test
}  // namespace deviceflow

#endif
