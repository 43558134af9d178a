// The contracts of the ports, run against what the SDK brings and against the templates beside
// them.
#include <sys/random.h>

#include <deviceflow/platform.hpp>
#include <deviceflow/store.hpp>
#include <deviceflow/testing.hpp>
#include <map>

#include "authenticator_contract.hpp"
#include "clock_contract.hpp"
#include "my_authenticator.hpp"
#include "my_clock.hpp"
#include "my_random.hpp"
#include "my_token_store.hpp"
#include "random_contract.hpp"
#include "store/scratch.hpp"
#include "token_store_contract.hpp"
#include "waiting_contract.hpp"

namespace deviceflow::test {
namespace {

constexpr auto kNameOf = [](const auto& kind) { return std::string(kind.param.name); };

// ---- Clocks

/// A device's counter, which starts shortly before its end.
struct FakeHardware {
  std::uint32_t ticks = 0xFFFFFF00U;
  std::int64_t rtc = 0;  // never set
};

SleepingClock my_clock() {
  auto fake = std::make_shared<FakeHardware>();
  auto clock = std::make_shared<MyClock>(
      MyHardware{[fake] { return fake->ticks; }, [fake] { return fake->rtc; }});
  return {clock, [fake](std::chrono::milliseconds time) {
            fake->ticks += static_cast<std::uint32_t>(time.count());
          }};
}

INSTANTIATE_TEST_SUITE_P(
    Ports, ClockContract,
    testing::Values(
        ClockKind{"SystemClock",
                  []() -> std::shared_ptr<Clock> { return std::make_shared<SystemClock>(); }},
        ClockKind{"MyClock", []() -> std::shared_ptr<Clock> { return my_clock().clock; }},
        ClockKind{"VirtualClock",
                  []() -> std::shared_ptr<Clock> { return std::make_shared<VirtualClock>(); }}),
    kNameOf);

SleepingClock virtual_clock() {
  auto clock = std::make_shared<VirtualClock>();
  return {clock, [clock](std::chrono::milliseconds time) { clock->advance(time); }};
}

INSTANTIATE_TEST_SUITE_P(Ports, SleepingClockContract,
                         testing::Values(SleepingClockKind{"MyClock", my_clock},
                                         SleepingClockKind{"VirtualClock", virtual_clock}),
                         kNameOf);

// No test can put this machine to sleep; CLOCK_BOOTTIME is the clock that counts it.
TEST(SystemClock, SteadyTimeIsTheTimeSinceTheStartWithSleep) {
  timespec boot{};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  const SteadyTime now = SystemClock().steady_now();
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(boot.tv_sec) + std::chrono::nanoseconds(boot.tv_nsec));
  EXPECT_GE(now.time_since_epoch(), since);
  EXPECT_LT(now.time_since_epoch() - since, std::chrono::seconds(10));
}

TEST(MyClock, AnRtcThatWasNeverSetIsUnknown) {
  EXPECT_FALSE(my_clock().clock->wall_now().has_value());
}

// ---- A network without sockets

class VirtualBench final : public WaitingBench {
 public:
  VirtualBench() {
    world_.on_request = [](const HttpRequest& request) -> VirtualResponse {
      const std::size_t target = request.url.rfind('/');
      if (request.url.substr(target) == "/silence") return {};
      return {json_response(200, request.url.substr(target)), std::chrono::milliseconds(20)};
    };
  }
  std::unique_ptr<Network> make() override { return world_.ports().network(); }
  Clock& clock() override { return world_.clock; }
  std::string echo(std::string target) override { return "https://echo.example.com" + target; }
  std::string silence() override { return "https://silent.example.com/silence"; }

 private:
  VirtualWorld world_;
};

INSTANTIATE_TEST_SUITE_P(Ports, WaitingContract,
                         testing::Values(WaitingKind{"VirtualNetwork",
                                                     []() -> std::unique_ptr<WaitingBench> {
                                                       return std::make_unique<VirtualBench>();
                                                     },
                                                     std::chrono::milliseconds(0)}),
                         kNameOf);

// ---- Random bytes

std::optional<std::uint32_t> hardware_word() {
  std::uint32_t word = 0;
  if (getrandom(&word, sizeof word, 0) != static_cast<ssize_t>(sizeof word)) return std::nullopt;
  return word;
}

INSTANTIATE_TEST_SUITE_P(Ports, RandomContract,
                         testing::Values(RandomKind{"SystemRandom",
                                                    []() -> std::shared_ptr<RandomSource> {
                                                      return std::make_shared<SystemRandom>();
                                                    }},
                                         RandomKind{"MyRandom",
                                                    []() -> std::shared_ptr<RandomSource> {
                                                      return std::make_shared<MyRandom>(
                                                          hardware_word);
                                                    }}),
                         kNameOf);

// ---- Authenticators

std::shared_ptr<Authenticator> client_auth(ClientAuth method, const char* secret) {
  return std::move(*make_client_auth(method, "tv", Secret(secret)));
}

const AuthenticatorKind kAuthenticators[] = {
    {"None", [] { return client_auth(ClientAuth::none, ""); }},
    {"Basic", [] { return client_auth(ClientAuth::basic, "client-secret"); }},
    {"Post", [] { return client_auth(ClientAuth::post, "client-secret"); }},
    {"Tls", [] { return client_auth(ClientAuth::tls, ""); }},
    {"Account",
     []() -> std::shared_ptr<Authenticator> {
       return std::move(*make_account_auth("admin", Secret("password")));
     }},
    {"MyAuthenticator",
     []() -> std::shared_ptr<Authenticator> {
       return std::make_shared<MyAuthenticator>(
           "tv", [] { return Result<Secret>(Secret("the-chip's-secret")); });
     }},
};
INSTANTIATE_TEST_SUITE_P(Ports, AuthenticatorContract, testing::ValuesIn(kAuthenticators), kNameOf);

TEST(MyAuthenticator, AChipThatFailsEndsTheRequestBeforeAnythingIsAdded) {
  MyAuthenticator auth("tv", [] {
    return Result<Secret>(
        make_error(Blame::storage, ErrorCode::store_io, Stage::token, "The chip is silent."));
  });
  OAuthRequest request;
  EXPECT_FALSE(auth.apply(request, std::nullopt, RandomBytes{}).ok());
  EXPECT_TRUE(request.form.empty());
}

// ---- Token stores

/// What a store stands on, and the store itself, which goes first.
template <typename Ground>
std::shared_ptr<TokenStore> on(std::shared_ptr<Ground> ground, std::unique_ptr<TokenStore> store) {
  return {store.release(), [ground](TokenStore* gone) { delete gone; }};
}

struct Files {
  Scratch scratch;
  FakeKeys keys;
};

std::shared_ptr<TokenStore> file_store(bool encrypted) {
  auto ground = std::make_shared<Files>();
  FileStoreOptions options;
  options.directory = ground->scratch.path() + "/new/store";
  if (encrypted) {
    options.keys = &ground->keys;
    options.encryption = FileStoreOptions::Encryption::required;
  }
  return on(ground, std::make_unique<FileStore>(options));
}

struct FakeFlash {
  std::mutex mutex;
  std::map<std::string, Secret> values;
};

std::shared_ptr<TokenStore> my_store() {
  auto flash = std::make_shared<FakeFlash>();
  MyStorage storage;
  storage.names = [flash](std::vector<std::string>& names) {
    const std::lock_guard guard(flash->mutex);
    for (const auto& [name, value] : flash->values) names.push_back(name);
    return true;
  };
  storage.get = [flash](const std::string& name, std::optional<Secret>& value) {
    const std::lock_guard guard(flash->mutex);
    const auto found = flash->values.find(name);
    if (found != flash->values.end()) value = found->second;
    return true;
  };
  storage.put = [flash](const std::string& name, const Secret& value) {
    const std::lock_guard guard(flash->mutex);
    flash->values[name] = value;
    return true;
  };
  storage.remove = [flash](const std::string& name) {
    const std::lock_guard guard(flash->mutex);
    flash->values.erase(name);
    return true;
  };
  return std::make_shared<MyTokenStore>(std::move(storage));
}

const TokenStoreKind kStores[] = {
    {"Memory", []() -> std::shared_ptr<TokenStore> { return std::make_shared<MemoryStore>(); }},
    {"PlainFile", [] { return file_store(false); }},
    {"EncryptedFile", [] { return file_store(true); }},
    {"MyTokenStore", my_store},
};
INSTANTIATE_TEST_SUITE_P(Ports, TokenStoreContract, testing::ValuesIn(kStores), kNameOf);

TEST(MyTokenStore, AMediumThatFailsIsAnErrorAndNoEmptyRecord) {
  MyStorage broken;
  broken.names = [](std::vector<std::string>&) { return false; };
  broken.get = [](const std::string&, std::optional<Secret>&) { return false; };
  broken.put = [](const std::string&, const Secret&) { return false; };
  broken.remove = [](const std::string&) { return false; };
  MyTokenStore store(std::move(broken));
  const StoreKey key{"https://id.example.com", "tv"};
  EXPECT_EQ(store.load(key).error().code, ErrorCode::store_io);
  EXPECT_EQ(store.list().error().code, ErrorCode::store_io);
  const Cancel never;
  const auto lock = store.lock(key, std::chrono::milliseconds(0), never);
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ((*lock)->save(Secret("record")).error().code, ErrorCode::store_io);
  EXPECT_EQ((*lock)->erase().error().code, ErrorCode::store_io);
}

}  // namespace
}  // namespace deviceflow::test
