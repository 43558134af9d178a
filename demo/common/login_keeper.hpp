// A session of the SDK together with the place where its sign-in is stored.
#ifndef DEVICEFLOW_DEMO_COMMON_LOGIN_KEEPER_HPP
#define DEVICEFLOW_DEMO_COMMON_LOGIN_KEEPER_HPP

#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "login_store.hpp"
#include "output.hpp"
#include "session.hpp"

namespace deviceflow::demo {

/// One login, and where it is kept.
class LoginKeeper {
 public:
  /// `settings` has to outlive the keeper. Logins of the sandbox are kept in memory: its tokens die
  /// with it. `resume` is Config's own. Reads and sends nothing yet. Fails with a usage error.
  static Result<std::unique_ptr<LoginKeeper>> open(const Session& settings, Ports ports,
                                                   OnExchange on_exchange = nullptr,
                                                   bool resume = false);

  deviceflow::Session& session() noexcept { return *session_; }
  const std::shared_ptr<TokenStore>& store() const noexcept { return place_->store(); }
  /// True if the store has nothing yet.
  bool is_empty();
  /// Where logins are kept, with what protects one that is there now.
  KeptAt kept_at();

  /// The stored login. Fails with not_stored if there is none.
  Result<StoredLogin> stored();
  Result<LoginStatus> status();

 private:
  LoginKeeper() = default;

  SystemClock system_clock_;
  Clock* clock_ = &system_clock_;
  std::unique_ptr<LoginStore> place_;
  std::unique_ptr<deviceflow::Session> session_;
};

/// All that a store holds.
struct StoredLogins {
  std::vector<LoginStatus> logins;  ///< Sorted; where each is kept is left out.
  std::optional<Error> unreadable;  ///< Why one of them can't be read; or empty.
  KeptAt kept;
};
/// Every sign-in in the store that `settings` name. Sends nothing.
Result<StoredLogins> list_logins(const Session& settings);

/// Fails with a usage error where `settings` name no stored login: no provider, no client, no
/// store.
Result<void> check_for_stored_login(const Session& settings);

}  // namespace deviceflow::demo

#endif
