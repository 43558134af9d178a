// A template to copy: a transport over an HTTP stack that calls back, as those of game engines and
// platforms do. What is yours goes into MyHttp; my_http_curl.hpp is one over libcurl, for the test.
#ifndef DEVICEFLOW_TESTS_MY_TRANSPORT_HPP
#define DEVICEFLOW_TESTS_MY_TRANSPORT_HPP

#include <deviceflow/limits.h>

#include <condition_variable>
#include <deviceflow/http.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace deviceflow::test {

/// How a request ended in your stack: all was received, or why not.
using MyEnd = std::optional<TransportFailure>;

/// What your stack calls, on whichever thread. Each answers false to stop.
struct MyCallbacks {
  std::function<bool(int status)> status;  ///< A new answer begins; what came before it counts not.
  std::function<bool(std::string_view name, std::string_view value)> header;
  std::function<bool(std::string_view bytes)> body;
  std::function<void(MyEnd)> end;  ///< Once, and the last of all.
};

/// Your stack. Set it up so that it verifies certificates, follows no redirect, keeps no cookies,
/// sends a POST once, and knows TLS 1.2 and newer only.
class MyHttp {
 public:
  virtual ~MyHttp() {}
  /// Returns at once.
  virtual void start(HttpRequest request, MyCallbacks callbacks) = 0;
  /// The one that was started is not wanted any more. May return before it has ended.
  virtual void abort() = 0;
};

class MyTransport final : public Transport {
 public:
  explicit MyTransport(std::unique_ptr<MyHttp> http) : http_(std::move(http)) {}

  TransportResult send(const HttpRequest& request, const Cancel& cancel) override {
    if (cancel.is_set()) return failure(Kind::cancelled, true);
    // Shared with the callbacks: a request that was aborted may call back after send() is over.
    const auto exchange = std::make_shared<Exchange>();
    http_->start(request, callbacks_of(exchange));
    const auto start = std::chrono::steady_clock::now();
    const auto limit = request.timeout.count() > 0 ? std::min(request.timeout, kMost) : kMost;
    std::unique_lock guard(exchange->mutex);
    while (!exchange->ended) {
      if (cancel.is_set()) return give_up(*exchange, Kind::cancelled);
      if (std::chrono::steady_clock::now() - start >= limit) {
        return give_up(*exchange, Kind::timeout);
      }
      exchange->changed.wait_for(guard, kGlance);
    }
    if (exchange->too_large) return failure(Kind::too_large, false);
    if (exchange->problem) return *exchange->problem;
    exchange->response.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - start);
    return std::move(exchange->response);
  }

 private:
  using Kind = TransportFailure::Kind;
  static constexpr std::chrono::milliseconds kMost{30000};
  static constexpr std::chrono::milliseconds kGlance{50};  // a cancel is seen within 200 ms

  struct Exchange {
    std::mutex mutex;
    std::condition_variable changed;
    HttpResponse response;
    std::string body;
    std::size_t header_bytes = 0;
    bool too_large = false;
    bool given_up = false;
    bool ended = false;
    MyEnd problem;
  };

  static MyCallbacks callbacks_of(const std::shared_ptr<Exchange>& exchange) {
    MyCallbacks out;
    out.status = [exchange](int status) {
      const std::lock_guard guard(exchange->mutex);
      exchange->response.status = status;
      exchange->response.headers.clear();
      return !exchange->given_up;
    };
    out.header = [exchange](std::string_view name, std::string_view value) {
      const std::lock_guard guard(exchange->mutex);
      exchange->header_bytes += name.size() + value.size();
      exchange->too_large = exchange->header_bytes > DEVICEFLOW_MAX_HEADER_BYTES;
      if (exchange->too_large || exchange->given_up) return false;
      exchange->response.headers.push_back({std::string(name), Secret(value)});
      return true;
    };
    out.body = [exchange](std::string_view bytes) {
      const std::lock_guard guard(exchange->mutex);
      exchange->too_large = exchange->body.size() + bytes.size() > DEVICEFLOW_MAX_ANSWER_BYTES;
      if (exchange->too_large || exchange->given_up) return false;
      exchange->body += bytes;
      return true;
    };
    out.end = [exchange](MyEnd problem) {
      const std::lock_guard guard(exchange->mutex);
      exchange->problem = std::move(problem);
      exchange->response.body = Secret(std::move(exchange->body));
      exchange->ended = true;
      exchange->changed.notify_all();
    };
    return out;
  }

  static TransportFailure failure(Kind kind, bool nothing_sent) {
    return {kind, nothing_sent, "The exchange was given up: " + std::string(name(kind)) + "."};
  }
  // Whether anything went out, nobody can say by now.
  TransportFailure give_up(Exchange& exchange, Kind kind) {
    exchange.given_up = true;
    http_->abort();
    return failure(kind, false);
  }

  std::unique_ptr<MyHttp> http_;
};

}  // namespace deviceflow::test

#endif
