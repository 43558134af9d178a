// A thin driver: everything about a login goes through the C API itself.
#include <deviceflow/deviceflow_curl.h>

#include <atomic>
#include <deviceflow/platform.hpp>
#include <deviceflow/qr_code.hpp>
#include <memory>
#include <thread>

#include "c_api/handles.hpp"

namespace deviceflow::c_api {

// The Cancel of the run that is going on, if there is one.
class RunningCancel {
 public:
  // From any thread, and from a signal handler.
  void set() noexcept {
    ++setters_;
    if (const Cancel* cancel = running_) cancel->set();
    --setters_;
  }

  class Run {
   public:
    explicit Run(RunningCancel& running) : running_(running) { running_.running_ = &cancel_; }
    ~Run() {
      running_.running_ = nullptr;
      while (running_.setters_ != 0) std::this_thread::yield();  // one may hold the pointer
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    const Cancel& cancel() const { return cancel_; }

   private:
    RunningCancel& running_;
    const Cancel cancel_;
  };

 private:
  std::atomic<const Cancel*> running_{nullptr};
  std::atomic<int> setters_{0};
  static_assert(std::atomic<const Cancel*>::is_always_lock_free &&
                    std::atomic<int>::is_always_lock_free,
                "signal handlers set it");
};

}  // namespace deviceflow::c_api

struct deviceflow_curl {
  explicit deviceflow_curl(deviceflow::CurlOptions options) : network(std::move(options)) {}

  deviceflow::CurlNetwork network;
  deviceflow::c_api::RunningCancel running;
};

namespace deviceflow::c_api {

namespace {

HttpRequest request_of(const deviceflow_request& request) {
  HttpRequest out;
  out.method = request.method == DEVICEFLOW_POST ? Method::post : Method::get;
  out.url = view_of(request.url);
  for (std::size_t i = 0; i < request.header_count; ++i) {
    const deviceflow_pair& header = request.headers[i];
    out.headers.push_back({std::string(view_of(header.name)), Secret(view_of(header.value))});
  }
  out.body = Secret(view_of(request.body));
  out.timeout = std::chrono::milliseconds(request.timeout_ms);
  return out;
}

// Sends a request and feeds what came of it to `answer` or `failure`.
template <typename Answer, typename Failure>
int exchange(deviceflow_curl& curl, const Cancel& cancel, const deviceflow_request& request,
             Answer answer, Failure failure) {
  const TransportResult result = deviceflow::send(curl.network, request_of(request), cancel);
  if (const auto* failed = std::get_if<TransportFailure>(&result)) {
    deviceflow_failure out{};
    out.size = sizeof out;
    out.kind = static_cast<int>(failed->kind);
    out.nothing_sent = failed->nothing_sent ? 1 : 0;
    out.message = text_of(failed->message);
    out.reason = text_of(failed->reason);
    return failure(out);
  }
  const auto& response = std::get<HttpResponse>(result);
  std::vector<deviceflow_pair> headers;
  for (const Header& header : response.headers) {
    headers.push_back({text_of(header.name), text_of(header.value.reveal())});
  }
  deviceflow_response out{};
  out.size = sizeof out;
  out.status = response.status;
  out.headers = headers.data();
  out.header_count = headers.size();
  out.body = text_of(response.body.reveal());
  return answer(out);
}

class LoginRun {
 public:
  LoginRun(deviceflow_login& login, deviceflow_curl& curl, const deviceflow_login_events& events)
      : login_(login), curl_(curl), events_(events), running_(curl.running) {}

  int run() {
    for (;;) {
      take_cancel();
      deviceflow_step step{};
      step.size = sizeof step;
      const int status = deviceflow_login_step(&login_, deviceflow_curl_now_ms(), &step);
      if (status != DEVICEFLOW_OK) return status;
      if (step.action == DEVICEFLOW_FINISHED) break;
      if (step.action == DEVICEFLOW_SEND) {
        const int sent = send(*step.request);
        if (sent != DEVICEFLOW_OK) return sent;
      }
      tell(step);
      if (step.action == DEVICEFLOW_WAIT) {
        std::vector<Network::Finished> none;
        curl_.network.wait(SteadyTime(std::chrono::milliseconds(step.wait_until_ms)),
                           running_.cancel(), none);
      }
    }
    deviceflow_tokens tokens{};
    tokens.size = sizeof tokens;
    return deviceflow_login_tokens(&login_, &tokens);
  }

 private:
  void take_cancel() {
    if (cancelled_ || !running_.cancel().is_set()) return;
    deviceflow_login_cancel(&login_);
    cancelled_ = true;
  }

  int send(const deviceflow_request& request) {
    return exchange(
        // What a cancelled login still sends is a revocation.
        curl_, cancelled_ ? Cancel::never() : running_.cancel(), request,
        [&](const deviceflow_response& response) {
          take_cancel();  // one that came meanwhile wins
          return deviceflow_login_answer(&login_, deviceflow_curl_now_ms(), &response);
        },
        [&](const deviceflow_failure& failure) {
          take_cancel();
          return deviceflow_login_failure(&login_, deviceflow_curl_now_ms(), &failure);
        });
  }

  // Codes once; trouble after each request that met it.
  void tell(const deviceflow_step& step) {
    deviceflow_codes codes{};
    codes.size = sizeof codes;
    if (!shown_ && deviceflow_login_codes(&login_, &codes) == DEVICEFLOW_OK) {
      shown_ = true;
      if (events_.on_codes != nullptr) events_.on_codes(&codes, events_.user_data);
    }
    deviceflow_error error{};
    error.size = sizeof error;
    if (step.action != DEVICEFLOW_SEND || events_.on_trouble == nullptr) return;
    deviceflow_login_error(&login_, &error);
    if (error.status != DEVICEFLOW_OK && error.retryable != 0) {
      events_.on_trouble(&error, events_.user_data);
    }
  }

  deviceflow_login& login_;
  deviceflow_curl& curl_;
  const deviceflow_login_events& events_;
  const RunningCancel::Run running_;
  bool cancelled_ = false;
  bool shown_ = false;
};

}  // namespace
}  // namespace deviceflow::c_api

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_curl_new(const deviceflow_curl_options* options, deviceflow_curl** curl) {
  if (curl == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  *curl = nullptr;
  const int size = check_struct(options);
  if (size != DEVICEFLOW_OK) return size;
  if (!is_good(options->ca_file) || !is_good(options->client_cert_file) ||
      !is_good(options->client_key_file) || !is_good(options->proxy)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  return guarded([&] {
    CurlOptions how;
    how.ca_file = view_of(options->ca_file);
    how.client_cert_file = view_of(options->client_cert_file);
    how.client_key_file = view_of(options->client_key_file);
    how.proxy = view_of(options->proxy);
    *curl = std::make_unique<deviceflow_curl>(std::move(how)).release();
    return int{DEVICEFLOW_OK};
  });
}

void deviceflow_curl_free(deviceflow_curl* curl) {
  delete curl;
}

int deviceflow_login_run_blocking(deviceflow_login* login, deviceflow_curl* curl,
                                  const deviceflow_login_events* events) {
  if (login == nullptr || curl == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(events);
  if (size != DEVICEFLOW_OK) return size;
  return guarded([&] { return LoginRun(*login, *curl, *events).run(); });
}

int deviceflow_call_run_blocking(deviceflow_call* call, deviceflow_curl* curl) {
  if (call == nullptr || curl == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  deviceflow_request request{};
  request.size = sizeof request;
  const int made = deviceflow_call_request(call, &request);
  if (made != DEVICEFLOW_OK) return made;
  return guarded([&] {
    const RunningCancel::Run running(curl->running);
    return exchange(
        *curl, running.cancel(), request,
        [&](const deviceflow_response& response) {
          return deviceflow_call_answer(call, &response);
        },
        [&](const deviceflow_failure& failure) { return deviceflow_call_failure(call, &failure); });
  });
}

void deviceflow_curl_cancel(deviceflow_curl* curl) {
  if (curl == nullptr) return;
  curl->running.set();
}

int64_t deviceflow_curl_now_ms(void) {
  return SystemClock().steady_now().time_since_epoch().count();
}

int64_t deviceflow_curl_wall_s(void) {
  const auto now = SystemClock().wall_now();
  return now ? now->time_since_epoch().count() : DEVICEFLOW_UNKNOWN_TIME;
}

int deviceflow_qr_encode(deviceflow_text text, unsigned char* modules, size_t capacity, int* side) {
  if (!is_good(text) || side == nullptr || (modules == nullptr && capacity != 0)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  return guarded([&] {
    *side = 0;
    const auto code = QrCode::encode(view_of(text));
    if (!code.ok()) return int{DEVICEFLOW_INVALID_ARGUMENT};
    *side = code->size();
    const auto needed = static_cast<std::size_t>(*side) * static_cast<std::size_t>(*side);
    if (capacity < needed) return int{DEVICEFLOW_BUFFER_TOO_SMALL};
    for (int y = 0; y < *side; ++y) {
      for (int x = 0; x < *side; ++x) *modules++ = code->dark(x, y) ? 1 : 0;
    }
    return int{DEVICEFLOW_OK};
  });
}
