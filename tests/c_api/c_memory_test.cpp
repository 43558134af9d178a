// Fails each allocation of whole logins in turn: the C API answers an error code, nothing leaks,
// and whatever did not end goes on. By itself, since it puts its own operator new and delete in
// place.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "c_helpers.hpp"

namespace {

long live = 0;      // blocks that were not given back
long made = 0;      // allocations since the last arming
long failing = -1;  // which of them fails; -1: none
bool has_failed = false;

}  // namespace

void* operator new(std::size_t size) {
  for (;;) {
    if (made++ != failing) break;
    has_failed = true;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
  void* block = std::malloc(size);
  if (block == nullptr) std::abort();
  ++live;
  return block;
}
void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  --live;
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}

namespace deviceflow::test {
namespace {

void arm(long allocation) {
  made = 0;
  failing = allocation;
  has_failed = false;
}

// A call that leaves everything as it was when it fails for lack of memory: then it succeeds the
// second time.
template <typename Call>
int retried(Call call) {
  const int status = call();
  return status == DEVICEFLOW_OUT_OF_MEMORY && has_failed ? call() : status;
}

#define WANT(condition) \
  if (!(condition)) return __LINE__

constexpr std::string_view kTiny =
    R"({"name":"tiny","title":"Tiny","scope":"tv",)"
    R"("facts":{"date":"2026-11","source":"tiny.example","confidence":"docs"},)"
    R"("fields":{"host":{"title":"Host","example":"id.example.com"}},)"
    R"("endpoints":{"device_authorization_endpoint":"https://{host}/codes",)"
    R"("token_endpoint":"https://{host}/tokens"}})";

ClientHandle client_under_failure() {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("a-television-in-the-living-room");
  options.client_secret = text("secret-sentinel-of-some-length");
  options.client_auth = DEVICEFLOW_AUTH_BASIC;
  options.revocation_endpoint = text("https://id.example.com/revoke");
  options.introspection_endpoint = text("https://id.example.com/introspect");
  options.userinfo_endpoint = text("https://id.example.com/userinfo");
  deviceflow_client* client = nullptr;
  const deviceflow_pair host = {text("host"), text("id.example.com")};
  int status = retried([&] { return deviceflow_client_new(&options, &client); });
  if (status == DEVICEFLOW_OK) {
    status =
        retried([&] { return deviceflow_client_use_description(client, text(kTiny), &host, 1); });
  }
  if (status == DEVICEFLOW_OK) return ClientHandle(client);
  deviceflow_client_free(client);
  return nullptr;
}

// What a login has to be after a failed allocation in its step: over, and defined.
int is_over(deviceflow_login* login) {
  auto step = sized<deviceflow_step>();
  auto tokens = sized<deviceflow_tokens>();
  auto error = sized<deviceflow_error>();
  auto codes = sized<deviceflow_codes>();
  const auto response = json_answer(200, kTokens);
  WANT(deviceflow_login_step(login, 99000, &step) == DEVICEFLOW_OK);
  WANT(step.action == DEVICEFLOW_FINISHED && step.request == nullptr);
  WANT(deviceflow_login_tokens(login, &tokens) == DEVICEFLOW_OUT_OF_MEMORY);
  WANT(deviceflow_login_codes(login, &codes) == DEVICEFLOW_WRONG_ORDER);
  WANT(deviceflow_login_answer(login, 99000, &response) == DEVICEFLOW_WRONG_ORDER);
  WANT(deviceflow_login_cancel(login) == DEVICEFLOW_OK);
  WANT(deviceflow_login_error(login, &error) == DEVICEFLOW_OK);
  WANT(error.status == DEVICEFLOW_OUT_OF_MEMORY && error.message.size != 0);
  return 0;
}

// The codes, a snapshot of them, and the login that is made of it.
int take_up_again(deviceflow_client* client, LoginHandle& login, std::int64_t now) {
  auto codes = sized<deviceflow_codes>();
  WANT(retried([&] { return deviceflow_login_codes(login.get(), &codes); }) == DEVICEFLOW_OK);
  char buffer[1000];
  std::size_t size = 0;
  WANT(retried([&] {
         return deviceflow_login_snapshot(login.get(), now, 1793000000, buffer, sizeof buffer,
                                          &size);
       }) == DEVICEFLOW_OK);
  const auto options = sized<deviceflow_login_options>();
  deviceflow_login* restored = nullptr;
  WANT(retried([&] {
         return deviceflow_login_restore(client, &options, {buffer, size}, now, 1793000001,
                                         &restored);
       }) == DEVICEFLOW_OK);
  login.reset(restored);
  return 0;
}

// One login with everything that may happen on the way. 0, or the line that is not as it should be.
int whole_login() {
  const ClientHandle client = client_under_failure();
  WANT(client);
  auto options = sized<deviceflow_login_options>();
  options.scope = text("openid profile offline_access and more");
  deviceflow_login* handle = nullptr;
  WANT(retried([&] { return deviceflow_login_new(client.get(), &options, &handle); }) ==
       DEVICEFLOW_OK);
  LoginHandle login(handle);
  const std::pair<int, std::string_view> answers[] = {
      {200, kCodes},
      {400, R"({"error":"slow_down","error_description":"device-code-sentinel is too fast."})"},
      {503, "<html>"},
      {400, kPending},
      {200, kTokens}};
  std::int64_t now = 0;
  for (const auto& [status, body] : answers) {
    auto step = sized<deviceflow_step>();
    int result = deviceflow_login_step(login.get(), now, &step);
    if (result == DEVICEFLOW_OK && step.action == DEVICEFLOW_WAIT) {
      now = step.wait_until_ms;
      result = deviceflow_login_step(login.get(), now, &step);
    }
    if (result == DEVICEFLOW_OUT_OF_MEMORY && has_failed) return is_over(login.get());
    WANT(result == DEVICEFLOW_OK && step.action == DEVICEFLOW_SEND);
    const auto response = json_answer(status, body);
    result = deviceflow_login_answer(login.get(), now, &response);
    if (result == DEVICEFLOW_OUT_OF_MEMORY && has_failed) return is_over(login.get());
    WANT(result == DEVICEFLOW_OK);
    if (body != kCodes) continue;
    const int again = take_up_again(client.get(), login, now);
    if (again != 0) return again;
  }
  auto tokens = sized<deviceflow_tokens>();
  WANT(deviceflow_login_tokens(login.get(), &tokens) == DEVICEFLOW_OK);
  return 0;
}

// One single request: made, answered, read.
template <typename Make>
int one_call(Make make, int http_status, std::string_view body, int expected,
             deviceflow_client* learner = nullptr) {
  deviceflow_call* handle = nullptr;
  WANT(retried([&] { return make(&handle); }) == DEVICEFLOW_OK);
  const CallHandle call(handle);
  const auto response = json_answer(http_status, body);
  WANT(retried([&] { return deviceflow_call_answer(call.get(), &response); }) == expected);
  if (learner == nullptr) return 0;
  WANT(retried([&] { return deviceflow_client_use_metadata(learner, call.get()); }) ==
       DEVICEFLOW_OK);
  return 0;
}

int all_calls() {
  const ClientHandle client = client_under_failure();
  WANT(client);
  deviceflow_client* c = client.get();
  const auto token = text("a-token-sentinel-of-some-length");
  const int results[] = {
      one_call([&](auto* out) { return deviceflow_refresh_new(c, token, {}, text("tv"), out); },
               200, kTokens, DEVICEFLOW_OK),
      one_call([&](auto* out) { return deviceflow_refresh_new(c, token, {}, {}, out); }, 400,
               R"({"error":"invalid_grant"})", DEVICEFLOW_SIGN_IN_NEEDED),
      one_call([&](auto* out) { return deviceflow_revocation_new(c, token, out); }, 200, "",
               DEVICEFLOW_OK),
      one_call([&](auto* out) { return deviceflow_introspection_new(c, token, out); }, 200,
               R"({"active":true,"sub":"somebody with a long name"})", DEVICEFLOW_OK),
      one_call([&](auto* out) { return deviceflow_userinfo_new(c, token, {}, out); }, 200,
               R"({"sub":"somebody with a long name"})", DEVICEFLOW_OK),
      one_call(
          [&](auto* out) {
            return deviceflow_discovery_new(c, text("https://id.example.com"), 0, out);
          },
          200,
          R"({"issuer":"https://id.example.com","jwks_uri":"https://id.example.com/keys/of/it"})",
          DEVICEFLOW_OK, c)};
  for (const int result : results) {
    if (result != 0) return result;
  }
  return 0;
}

// Runs `work` again and again, with another allocation failing each time, until none does.
long fail_each(int (*work)()) {
  arm(-1);
  EXPECT_EQ(work(), 0);  // what is made once for the whole program is made now
  for (long allocation = 0;; ++allocation) {
    const long before = live;
    arm(allocation);
    const int wrong = work();
    const bool failed = has_failed;
    const long after = live;
    arm(-1);
    EXPECT_EQ(wrong, 0) << "line of this file, with allocation " << allocation << " failing";
    EXPECT_EQ(after, before) << "blocks are left, with allocation " << allocation << " failing";
    if (!failed || testing::Test::HasFailure()) return allocation;
  }
}

TEST(CMemory, EveryFailedAllocationOfALoginIsAnErrorCode) {
  const long failed = fail_each(whole_login);
  std::printf("%ld allocations of a login failed, one after the other\n", failed);
  EXPECT_GT(failed, 100);
}

TEST(CMemory, EveryFailedAllocationOfASingleRequestIsAnErrorCode) {
  const long failed = fail_each(all_calls);
  std::printf("%ld allocations of six requests failed, one after the other\n", failed);
  EXPECT_GT(failed, 100);
}

// The handler frees something the first time; without anything to free, the call fails.
TEST(CMemory, TheHandlerIsAskedBeforeAnAllocationFails) {
  struct Asked {
    int times = 0;
    int can_free = 0;
  } asked;
  const auto handler = [](void* user_data) {
    auto& seen = *static_cast<Asked*>(user_data);
    ++seen.times;
    return seen.can_free;
  };
  deviceflow_set_memory_handler(handler, &asked);
  const auto options = example_options();
  deviceflow_client* client = nullptr;
  arm(0);
  EXPECT_EQ(deviceflow_client_new(&options, &client), DEVICEFLOW_OUT_OF_MEMORY);
  EXPECT_EQ(client, nullptr);
  asked.can_free = 1;
  arm(0);
  EXPECT_EQ(deviceflow_client_new(&options, &client), DEVICEFLOW_OK);
  arm(-1);
  EXPECT_EQ(asked.times, 2);
  deviceflow_set_memory_handler(nullptr, nullptr);
  deviceflow_client_free(client);
  EXPECT_EQ(std::get_new_handler(), nullptr);
}

}  // namespace
}  // namespace deviceflow::test
