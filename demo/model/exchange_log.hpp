// The exchanges of this session in order, and the secrets they carried.
#ifndef DEVICEFLOW_DEMO_MODEL_EXCHANGE_LOG_HPP
#define DEVICEFLOW_DEMO_MODEL_EXCHANGE_LOG_HPP

#include <cstddef>
#include <deque>
#include <deviceflow/http.hpp>
#include <optional>

namespace deviceflow::demo {

/// Keeps the newest exchanges, in memory only. Not thread-safe.
class ExchangeLog {
 public:
  static constexpr std::size_t kMaxRecords = 500;
  static constexpr std::size_t kMaxBodyBytes = std::size_t{16} << 20;

  /// The oldest records go when the limits are reached; an index then means a later record. The
  /// newest always stays.
  void add(ExchangeRecord record);

  /// The login is over: of the exchanges so far only what a redacted trace shows is left, and no
  /// secret of theirs is known any more.
  void forget_login();

  std::size_t size() const noexcept { return kept_.size(); }
  const ExchangeRecord& at(std::size_t index) const { return kept_.at(index).record; }
  /// Whether that exchange is one of a login that was forgotten.
  bool forgotten(std::size_t index) const { return kept_.at(index).forgotten; }
  /// How many records went since the start.
  std::size_t dropped() const noexcept { return dropped_; }

  /// Grows with every secret that is met.
  std::size_t secrets_met() const noexcept { return secrets_met_; }
  /// Every secret of the exchanges so far, those that went included: it may still be alive.
  const Redactor& secrets() const noexcept { return secrets_; }

  /// The newest device authorization exchange that was answered.
  std::optional<std::size_t> device_authorization() const;
  /// The newest token exchange that yielded tokens, otherwise the newest token exchange.
  std::optional<std::size_t> token() const;
  /// The newest exchange of that stage.
  std::optional<std::size_t> last_of(Stage stage) const;

 private:
  struct Kept {
    ExchangeRecord record;
    std::size_t body_bytes = 0;
    bool has_tokens = false;
    bool forgotten = false;
  };

  void remember_secrets(const ExchangeRecord& record);
  template <typename Matches>
  std::optional<std::size_t> newest(Matches matches) const;

  std::deque<Kept> kept_;
  std::size_t body_bytes_ = 0;
  std::size_t dropped_ = 0;
  std::deque<Secret> known_;
  std::size_t secrets_met_ = 0;
  Redactor secrets_;
};

}  // namespace deviceflow::demo

#endif
