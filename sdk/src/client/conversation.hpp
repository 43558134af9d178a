// What every operation of a client is made of: requests one after the other, each with what is to
// be done when its response is there, waits, and other operations; and above them discovery, client
// authentication and keys.
#ifndef DEVICEFLOW_SRC_CONVERSATION_HPP
#define DEVICEFLOW_SRC_CONVERSATION_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/operation.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "client/server.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

template <typename T>
class OperationFor;

/// Never copied or moved: what is to be done next points at it.
class Conversation : public Operation {
 public:
  explicit Conversation(std::shared_ptr<Server> server)
      : server_(*server), owner_(std::move(server)) {}
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  Step step(const Now& now) final;
  void on_response(const Now& now, HttpResponse response) final;
  void on_failure(const Now& now, TransportFailure failure) final;
  void cancel() final;

 protected:
  /// A response, why none came, or an Error before anything was sent.
  using Sent = std::variant<HttpResponse, TransportFailure, Error>;
  template <typename T>
  using Then = std::function<void(T)>;

  /// The first thing to do.
  virtual void begin() = 0;
  /// cancel() was called. What is on its way ends by itself.
  virtual void on_cancel() {}

  /// Sends one request. `redactor` has to live until the response is there.
  void send(Exchange exchange, OAuthRequest request, const Redactor& redactor, Then<Sent> then,
            bool cleans_up = false);
  /// Waits until then, or for cancel(); not at all after it.
  void wait(SteadyTime until, std::function<void()> then);
  /// Runs `child` to its end. A cancel ends it, unless it cleans up.
  template <typename T>
  void run(std::unique_ptr<OperationFor<T>> child, std::common_type_t<Then<T>> then,
           bool cleans_up = false);
  /// Why `sent` is no response.
  static Error failure_of(Sent sent, Stage stage);
  const Now& now() const { return now_; }
  bool cancelled() const { return cancelled_; }

  /// A GET that follows three redirects.
  void fetch(OAuthRequest request, Then<Result<HttpResponse>> then);
  /// The metadata, kept for their lifetime. Asks further places as long as one of `wanted` is
  /// missing.
  void discover(EndpointSet wanted, const StartSchedule& start, Then<Result<Metadata>> then);
  /// Fetches the metadata if one of `wanted` is not named, and adopts them.
  void find(EndpointSet wanted, Then<Result<void>> then);
  void find_endpoint(std::string Endpoints::*which, Stage stage, Then<Result<std::string>> then);
  /// Requests with client authentication, after the metadata that this takes.
  void use_client(Then<Result<Exchange>> then);
  void fetch_keys(Then<Result<Jwks>> then);
  IdTokenKeeper::Question complete(IdTokenKeeper::Question question) const;
  /// `tokens` have to live until the verdict is there.
  void check_id_token(const TokenSet& tokens, IdTokenKeeper::Question question,
                      Then<IdTokenKeeper::Verdict> then);
  /// Of a signed response that is no ID token. `invalid` is the error if the issuer's key can't be
  /// used.
  void check_signature(const Jwt& jwt, Stage stage, ErrorCode invalid,
                       Then<Result<SignatureCheck>> then);

  /// For the operations that this one runs.
  const std::shared_ptr<Server>& server() const { return owner_; }

  Server& server_;

 private:
  // A request that is to be sent, or on its way. By itself, since an operation that waits has none.
  struct Turn {
    Exchange exchange;
    OAuthRequest request;
    const Redactor* redactor;
    Then<Sent> then;
    bool cleans_up;
    bool sent = false;
    ExchangeRecord record = {};
    std::optional<Sent> came = {};  // for the next step, so that a cancel can still win
    Now came_at = {};
  };
  // A discovery that is going on.
  struct Search {
    EndpointSet wanted;
    StartSchedule start;
    Then<Result<Metadata>> then;
    std::vector<std::string> places;
    std::size_t next = 0;
    std::vector<std::string> asked;
    std::optional<Error> problem;
  };

  std::optional<Send> prepare();
  void receive();
  std::optional<Step> step_child();
  void hop(OAuthRequest request, int hops, Then<Result<HttpResponse>> then);
  OAuthRequest metadata_request(const std::string& place) const;
  void ask_next_place();
  void learn(Result<Server::Learned> learned);
  void fill_gaps();
  void ask_next_gap();
  IdTokenKeeper::Fetch key_fetcher();

  std::shared_ptr<Server> owner_;
  Now now_{};
  bool begun_ = false;
  bool cancelled_ = false;
  std::unique_ptr<Turn> turn_;
  SteadyTime until_{};
  std::function<void()> woken_;
  std::unique_ptr<Operation> child_;
  std::function<void(Operation&)> child_ended_;
  bool child_cleans_up_ = false;
  std::unique_ptr<Search> search_;
};

/// A Conversation that yields a T, which is a Result or says itself whether it succeeded.
template <typename T>
class OperationFor : public Conversation {
 public:
  using Conversation::Conversation;
  /// Once, after Done.
  T take() { return std::move(*outcome_); }

 protected:
  void finish(T outcome) { outcome_ = std::make_unique<T>(std::move(outcome)); }

 private:
  std::unique_ptr<T> outcome_;  // by itself: an operation that runs has none
};

template <typename T>
void Conversation::run(std::unique_ptr<OperationFor<T>> child, std::common_type_t<Then<T>> then,
                       bool cleans_up) {
  if (cancelled_ && !cleans_up) child->cancel();
  child_ = std::move(child);
  child_cleans_up_ = cleans_up;
  child_ended_ = [then = std::move(then)](Operation& ended) {
    then(static_cast<OperationFor<T>&>(ended).take());
  };
}

}  // namespace deviceflow

#endif
