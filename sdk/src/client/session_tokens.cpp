// Theory of operation
// -------------------
// The store holds the truth; a session keeps only what can't be stored: when the access token ends
// on the steady clock, and on the same clock when the next refresh may be tried after one that
// failed. The record has that moment as well, by the wall clock, for other processes.
//
// A call reads the record and looks at the access token's age. If a refresh is due it finds out
// where to send it, takes the store's lock, reads again (another process may have refreshed
// meanwhile), writes the mark, sends, and writes the outcome, all under the lock. Threads of this
// process are kept apart by that lock as well. What happens to the mark:
//
//   tokens came                       the record without the mark replaces everything
//   invalid_grant                     the record is removed
//   the user is needed                the record from before, with the refusal: until it is old
//                                     enough, nothing is sent
//   the token was certainly not used  the record from before is put back
//   a refresh token came, but no      the record from before with the new refresh token
//   usable access token
//   it is not known                   the mark stays, and the next call tries again, fresh or not:
//                                     servers that forgive a repetition do so for a short while
//   an ID token came that must not    the same: the new tokens are thrown away, since they may be
//   be believed                       another user's, and the login is as good as it was before
//
// If the outcome can't be written, the tokens stay in memory together with the lock, so that no
// other process uses the old refresh token, and each later call tries to write them.
#include <utility>

#include "adapters/record_cipher.hpp"
#include "client/session_state.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;

Error no_refresh_token() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh,
                    "The provider gave no refresh token with this sign-in. When it has ended, sign "
                    "in again.");
}

class AccessTokenCall final : public SessionCall<Result<AccessToken>> {
 public:
  AccessTokenCall(SessionHandle session, std::shared_ptr<Server> server, Secret rejected,
                  bool anyway)
      : SessionCall(std::move(session), std::move(server)),
        rejected_(std::move(rejected)),
        anyway_(anyway) {}
  ~AccessTokenCall() override {
    if (refreshing_) session_->end_refresh();
  }

 private:
  void begin() override {
    if (anyway_) {
      auto seen = session_->look(rejected_);
      if (!seen.ok()) return finish(seen.error());
      if (seen->login.tokens.refresh_token.empty()) return finish(no_refresh_token());
      rejected_ = std::move(seen->login.tokens.access_token);
    }
    if (auto out = session_->at_hand(rejected_, seen_)) return finish(std::move(*out));
    refreshing_ = session_->begin_refresh(seen_);
    if (!refreshing_) return finish(session_->hand_out(seen_));  // another thread is at it
    prepare([this] { take_lock(); });  // may use the network: not under the lock
  }

  void prepare(std::function<void()> then) {
    server_.continue_login(seen_.login);
    run(make_refresh_preparation(server()), [this, then](Result<Refresher> refresher) {
      refresher_ = std::move(refresher);
      then();
    });
  }

  void take_lock() {
    // The holder of the lock is refreshing; a token that is still valid needn't wait for that.
    const auto limit = seen_.usable() ? milliseconds(0) : kLockLimit;
    lock(limit, [this](Lock lock) {
      if (lock.ok()) return look_again(std::move(*lock));
      const bool held = lock.error().code == ErrorCode::store_locked;
      if (held && seen_.usable()) return end(session_->hand_out(seen_));
      end(session_->fall_back(seen_, lock.error()));
    });
  }

  void look_again(std::unique_ptr<RecordLock> lock) {
    lock_ = std::move(lock);
    auto again = session_->look(rejected_);
    if (!again.ok()) return end(again.error());
    if (!again->needs_refresh()) return end(session_->hand_out(*again));
    if (again->login.tokens.refresh_token.empty()) return end(cannot_renew());
    if (auto why = session_->pause(*again)) {
      return end(session_->fall_back(*again, std::move(*why)));
    }
    const bool same_key = same(again->login.dpop_key, seen_.login.dpop_key);
    seen_ = std::move(*again);
    if (same_key) return refresh();
    prepare([this] { refresh(); });  // another sign-in, meanwhile
  }

  void refresh() {
    if (!refresher_->ok()) {
      return settle({refresher_->error(), false, std::nullopt, {}});
    }
    StoredLogin marked = seen_.login;
    marked.refresh_begun =
        RefreshMark{sha256_hex(marked.tokens.refresh_token.reveal()), now().wall};
    // A store that can't take the mark could not take the new tokens either: nothing is sent.
    const auto saved = lock_->save(to_record(marked));
    if (!saved.ok()) return end(session_->fall_back(seen_, saved.error()));
    seen_.sent = std::move(marked.refresh_begun);
    run(make_refresh(server(), std::move(**refresher_), seen_.login),
        [this](RefreshOutcome outcome) { settle(std::move(outcome)); });
  }

  void settle(RefreshOutcome outcome) {
    end(session_->use_outcome(std::move(seen_), std::move(outcome), std::move(lock_)));
  }

  void end(Result<AccessToken> result) {
    lock_.reset();
    session_->end_refresh();
    refreshing_ = false;
    finish(std::move(result));
  }

  Secret rejected_;
  const bool anyway_;
  SessionState::Look seen_;
  bool refreshing_ = false;
  std::optional<Result<Refresher>> refresher_;
  std::unique_ptr<RecordLock> lock_;
};

}  // namespace

std::unique_ptr<OperationFor<Result<AccessToken>>> make_access_token(SessionHandle session,
                                                                     std::shared_ptr<Server> server,
                                                                     Secret rejected, bool anyway) {
  return std::make_unique<AccessTokenCall>(std::move(session), std::move(server),
                                           std::move(rejected), anyway);
}

}  // namespace deviceflow
