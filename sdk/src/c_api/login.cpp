// One login: DeviceLogin and its Exchange behind a handle that survives every misuse.
#include <algorithm>
#include <cstring>
#include <memory>

#include "c_api/handles.hpp"

struct deviceflow_login {
  deviceflow::Exchange exchange;
  // Empty once a failed allocation has ended the login: its codes and tokens are wiped then.
  std::optional<deviceflow::DeviceLogin> machine;
  std::string client_id;
  std::string token_endpoint;
  std::int64_t last_now_ms = 0;
  bool awaiting = false;  // a request was handed out, and nothing was fed in yet
  deviceflow::Stage stage = deviceflow::Stage::token;  // its stage
  deviceflow::c_api::SentRequest sent;
  std::string shown_code;
};

namespace deviceflow::c_api {

namespace {

constexpr std::string_view kOutOfMemory =
    "There was not enough memory. The sign-in has ended; start a new one.";
constexpr std::string_view kRepeated = "The last request got no verdict. It will be repeated.";

SteadyTime steady(std::int64_t now_ms) noexcept {
  return SteadyTime(std::chrono::milliseconds(now_ms));
}

std::optional<WallTime> wall(std::int64_t wall_s) noexcept {
  if (wall_s < 0) return std::nullopt;
  return WallTime(std::chrono::seconds(wall_s));
}

// Half the range, so that no sum with the longest wait overflows.
bool is_time(std::int64_t now_ms) noexcept {
  return now_ms >= 0 && now_ms <= INT64_MAX / 2;
}

int check_now(const deviceflow_login& login, std::int64_t now_ms) noexcept {
  if (!is_time(now_ms)) return DEVICEFLOW_INVALID_ARGUMENT;
  return now_ms < login.last_now_ms ? DEVICEFLOW_TIME_WENT_BACK : DEVICEFLOW_OK;
}

// Runs a piece of the machine, which a failed allocation leaves somewhere in between: the login is
// over then.
template <typename Work>
int drive(deviceflow_login& login, Work work) noexcept {
  const int status = guarded(work);
  if (status == DEVICEFLOW_OUT_OF_MEMORY) {
    login.machine.reset();
    login.awaiting = false;
  }
  return status;
}

// The request is over: what it held is wiped, and its memory given back while the login waits.
void take_feed(deviceflow_login& login, std::int64_t now_ms) {
  login.last_now_ms = now_ms;
  login.awaiting = false;
  login.sent = SentRequest();
}

// What is handed in may be used: 0, or the status of the misuse.
int check_feed(const deviceflow_login* login, std::int64_t now_ms, int feed) noexcept {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  if (feed != DEVICEFLOW_OK && feed != DEVICEFLOW_RESPONSE_TOO_LARGE) return feed;
  const int time = check_now(*login, now_ms);
  if (time != DEVICEFLOW_OK) return time;
  return login->awaiting ? DEVICEFLOW_OK : DEVICEFLOW_WRONG_ORDER;
}

const LoginOutcome* outcome_of(const deviceflow_login& login) noexcept {
  return login.machine ? login.machine->outcome() : nullptr;
}

Result<DeviceLoginOptions> make_options(const deviceflow_client& client, const Exchange& exchange,
                                        const deviceflow_login_options& options) {
  if (client.endpoints.device_authorization.empty()) {
    return missing_endpoint("device authorization endpoint");
  }
  if (client.endpoints.token.empty()) return missing_endpoint("token endpoint");
  DeviceLoginOptions out;
  out.request.endpoint = client.endpoints.device_authorization;
  out.request.scope = view_of(options.scope);
  if (out.request.scope.empty() && client.provider) out.request.scope = client.provider->scope;
  out.request.extra = pairs_of(options.parameters, options.parameter_count);
  out.token_endpoint = client.endpoints.token;
  out.revocation_endpoint = client.endpoints.revocation;
  if (options.start_deadline_ms > 0) {
    out.start_deadline = std::chrono::milliseconds(options.start_deadline_ms);
  }
  out.sandbox = client.provider && client.provider->sandbox;
  out.seed = options.seed;
  out.redactor = redactor_of(exchange);
  return out;
}

int check_login_options(const deviceflow_client* client, const deviceflow_login_options* options,
                        deviceflow_login** login) noexcept {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  *login = nullptr;
  if (client == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(options);
  if (size != DEVICEFLOW_OK) return size;
  if (!is_good(options->scope) || !are_good(options->parameters, options->parameter_count)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  return options->start_deadline_ms < 0 || !is_time(options->start_deadline_ms)
             ? DEVICEFLOW_INVALID_ARGUMENT
             : DEVICEFLOW_OK;
}

// Makes the handle around a machine that `make` makes of the options.
template <typename Make>
int make_login(deviceflow_client& client, const deviceflow_login_options& options,
               deviceflow_login** login, Make make) noexcept {
  return guarded([&] {
    auto exchange = make_exchange(client, Credential::client);
    if (!exchange.ok()) return fail(client, exchange.error());
    auto machine_options = make_options(client, *exchange, options);
    if (!machine_options.ok()) return fail(client, machine_options.error());
    Result<DeviceLogin> machine = make(std::move(*machine_options));
    if (!machine.ok()) return fail(client, machine.error());
    auto made = std::make_unique<deviceflow_login>();
    made->exchange = std::move(*exchange);
    made->machine.emplace(std::move(*machine));
    made->client_id = client.client_id;
    made->token_endpoint = client.endpoints.token;
    *login = made.release();
    return int{DEVICEFLOW_OK};
  });
}

Error not_ours() {
  return make_error(Blame::user, ErrorCode::cannot_resume, Stage::store,
                    "The earlier sign-in was another client's or another server's. Start a new "
                    "one.");
}

// One step of the machine, with its request finished.
int take_step(deviceflow_login& login, SteadyTime now, deviceflow_step& out) {
  auto step = login.machine->step(now);
  if (auto* send = std::get_if<DeviceLogin::Send>(&step)) {
    login.stage = send->request.stage;
    // No authenticator of this API needs the time or random bytes.
    auto finished = login.exchange.prepare(std::move(send->request), std::nullopt, RandomBytes{});
    if (finished.ok()) {
      login.sent.set(std::move(*finished));
      login.awaiting = true;
      out.action = DEVICEFLOW_SEND;
      out.request = &login.sent.view;
      return DEVICEFLOW_OK;
    }
    login.machine->on_refused(finished.error());
    step = login.machine->step(now);
  }
  if (const auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
    out.action = DEVICEFLOW_WAIT;
    out.wait_until_ms = wait->time.time_since_epoch().count();
  }
  return DEVICEFLOW_OK;
}

}  // namespace
}  // namespace deviceflow::c_api

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_login_new(deviceflow_client* client, const deviceflow_login_options* options,
                         deviceflow_login** login) {
  const int good = check_login_options(client, options, login);
  if (good != DEVICEFLOW_OK) return good;
  return make_login(*client, *options, login, [](DeviceLoginOptions machine) {
    return Result<DeviceLogin>(DeviceLogin(std::move(machine)));
  });
}

void deviceflow_login_free(deviceflow_login* login) {
  delete login;
}

int deviceflow_login_step(deviceflow_login* login, int64_t now_ms, deviceflow_step* step) {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(step);
  if (size != DEVICEFLOW_OK) return size;
  const int time = check_now(*login, now_ms);
  if (time != DEVICEFLOW_OK) return time;
  login->last_now_ms = now_ms;
  step->action = DEVICEFLOW_FINISHED;
  step->request = nullptr;
  step->wait_until_ms = 0;
  if (!login->machine) return DEVICEFLOW_OK;
  return drive(*login, [&] { return take_step(*login, steady(now_ms), *step); });
}

int deviceflow_login_answer(deviceflow_login* login, int64_t now_ms,
                            const deviceflow_response* response) {
  const int feed = check_response(response);
  const int good = check_feed(login, now_ms, feed);
  if (good != DEVICEFLOW_OK) return good;
  if (feed == DEVICEFLOW_RESPONSE_TOO_LARGE) {
    deviceflow_failure failure{};
    failure.size = sizeof failure;
    failure.kind = DEVICEFLOW_FAILURE_TOO_LARGE;
    failure.message = text_of("The answer is larger than this device takes.");
    return deviceflow_login_failure(login, now_ms, &failure);
  }
  take_feed(*login, now_ms);
  return drive(*login, [&] {
    login->machine->on_response(steady(now_ms),
                                login->exchange.accept(response_of(*response), login->stage));
    return int{DEVICEFLOW_OK};
  });
}

int deviceflow_login_failure(deviceflow_login* login, int64_t now_ms,
                             const deviceflow_failure* failure) {
  const int good = check_feed(login, now_ms, check_failure(failure));
  if (good != DEVICEFLOW_OK) return good;
  take_feed(*login, now_ms);
  return drive(*login, [&] {
    login->machine->on_failure(steady(now_ms), failure_of(*failure, login->machine->redactor()));
    return int{DEVICEFLOW_OK};
  });
}

int deviceflow_login_cancel(deviceflow_login* login) {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  if (!login->machine) return DEVICEFLOW_OK;
  return drive(*login, [&] {
    login->machine->cancel();
    return int{DEVICEFLOW_OK};
  });
}

int deviceflow_login_codes(deviceflow_login* login, deviceflow_codes* codes) {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(codes);
  if (size != DEVICEFLOW_OK) return size;
  const DeviceAuthorization* have = login->machine ? login->machine->codes() : nullptr;
  if (have == nullptr) return DEVICEFLOW_WRONG_ORDER;
  return guarded([&] {
    login->shown_code = clean_text(have->user_code);
    codes->user_code = text_of(login->shown_code);
    codes->verification_uri = text_of(have->verification_uri);
    codes->verification_uri_complete = have->verification_uri_complete
                                           ? text_of(*have->verification_uri_complete)
                                           : deviceflow_text{};
    codes->expires_at_ms = login->machine->expires_at().time_since_epoch().count();
    codes->interval_s = login->machine->interval().count();
    return int{DEVICEFLOW_OK};
  });
}

int deviceflow_login_tokens(const deviceflow_login* login, deviceflow_tokens* tokens) {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(tokens);
  if (size != DEVICEFLOW_OK) return size;
  if (!login->machine) return DEVICEFLOW_OUT_OF_MEMORY;
  const LoginOutcome* outcome = outcome_of(*login);
  if (outcome == nullptr) return DEVICEFLOW_WRONG_ORDER;
  if (!outcome->tokens.ok()) return status_of(outcome->tokens.error().code);
  fill(*tokens, *outcome->tokens);
  return DEVICEFLOW_OK;
}

int deviceflow_login_error(const deviceflow_login* login, deviceflow_error* error) {
  if (login == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  const int size = check_struct(error);
  if (size != DEVICEFLOW_OK) return size;
  fill(*error, nullptr);
  if (!login->machine) {
    error->status = DEVICEFLOW_OUT_OF_MEMORY;
    error->message = text_of(kOutOfMemory);
    return DEVICEFLOW_OK;
  }
  const LoginOutcome* outcome = outcome_of(*login);
  const PollReport* poll = login->machine->last_poll();
  if (outcome != nullptr) {
    if (!outcome->tokens.ok()) fill(*error, &outcome->tokens.error());
  } else if (login->machine->start_failure() != nullptr) {
    fill(*error, login->machine->start_failure());
  } else if (poll != nullptr && poll->result == PollReport::Result::retry) {
    error->status = DEVICEFLOW_NETWORK;
    error->retryable = 1;
    error->message = text_of(kRepeated);
    error->description = text_of(poll->server_text);
    error->reason = text_of(poll->reason);
  }
  return DEVICEFLOW_OK;
}

int deviceflow_login_snapshot(deviceflow_login* login, int64_t now_ms, int64_t wall_s, char* buffer,
                              size_t capacity, size_t* needed) {
  if (login == nullptr || needed == nullptr || (buffer == nullptr && capacity != 0)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  *needed = 0;
  const int time = check_now(*login, now_ms);
  if (time != DEVICEFLOW_OK) return time;
  if (!login->machine) return DEVICEFLOW_CANNOT_RESUME;
  return guarded([&] {
    auto pending = login->machine->snapshot(steady(now_ms), wall(wall_s));
    if (!pending.ok()) return status_of(pending.error().code);
    StoredLogin record;
    record.issuer = login->token_endpoint;  // the codes are good there and nowhere else
    record.client_id = login->client_id;
    record.pending = std::move(*pending);
    const Secret text = to_record(record);
    *needed = text.size();
    if (capacity < text.size()) return int{DEVICEFLOW_BUFFER_TOO_SMALL};
    std::memcpy(buffer, text.reveal().data(), text.size());
    return int{DEVICEFLOW_OK};
  });
}

int deviceflow_login_restore(deviceflow_client* client, const deviceflow_login_options* options,
                             deviceflow_text snapshot, int64_t now_ms, int64_t wall_s,
                             deviceflow_login** login) {
  int good = check_login_options(client, options, login);
  if (good == DEVICEFLOW_OK && !is_good(snapshot)) good = DEVICEFLOW_NULL_ARGUMENT;
  if (good == DEVICEFLOW_OK && !is_time(now_ms)) good = DEVICEFLOW_INVALID_ARGUMENT;
  if (good != DEVICEFLOW_OK) return good;
  good =
      make_login(*client, *options, login, [&](DeviceLoginOptions machine) -> Result<DeviceLogin> {
        const auto record = read_record(Secret(view_of(snapshot)));
        if (!record.ok()) return record.error();
        const bool ours = record->client_id == client->client_id &&
                          record->issuer == client->endpoints.token && record->pending;
        if (!ours) return not_ours();
        return DeviceLogin::restore(std::move(machine), *record->pending, steady(now_ms),
                                    wall(wall_s));
      });
  if (good == DEVICEFLOW_OK) (*login)->last_now_ms = now_ms;
  return good;
}
