#include "client/conversation.hpp"

#include <algorithm>

#include "client/client_identity.hpp"
#include "protocol/answer.hpp"
#include "protocol/redirect.hpp"

namespace deviceflow {

namespace {

constexpr int kMaxRedirects = 3;
// After old metadata could not be fetched again.
constexpr std::chrono::minutes kBetweenFetches{1};

}  // namespace

// ---- One request after the other ----

Step Conversation::step(const Now& now) {
  now_ = now;
  if (!std::exchange(begun_, true)) begin();
  for (;;) {
    now_ = now;
    if (turn_ && turn_->came) {
      receive();
    } else if (turn_ && !turn_->sent) {
      if (auto ready = prepare()) return std::move(*ready);
    } else if (turn_) {
      return WaitUntil{kNever};
    } else if (child_) {
      if (auto next = step_child()) return std::move(*next);
    } else if (!woken_) {
      return Done{};
    } else if (now.steady < until_ && !cancelled_) {
      return WaitUntil{until_};
    } else {
      std::exchange(woken_, nullptr)();
    }
  }
}

// What the child does next; empty if it has ended.
std::optional<Step> Conversation::step_child() {
  Step next = child_->step(now_);
  if (std::holds_alternative<Done>(next)) {
    const std::unique_ptr<Operation> ended = std::move(child_);
    std::exchange(child_ended_, nullptr)(*ended);
    return std::nullopt;
  }
  if (auto* request = std::get_if<Send>(&next)) request->cleans_up |= child_cleans_up_;
  return next;
}

void Conversation::send(Exchange exchange, OAuthRequest request, const Redactor& redactor,
                        Then<Sent> then, bool cleans_up) {
  turn_ = std::make_unique<Turn>(
      Turn{std::move(exchange), std::move(request), &redactor, std::move(then), cleans_up});
}

void Conversation::wait(SteadyTime until, std::function<void()> then) {
  until_ = until;
  woken_ = std::move(then);
}

// The request as it goes over the wire; empty if it can't be made, which has been told then.
std::optional<Send> Conversation::prepare() {
  Turn& turn = *turn_;
  turn.record.stage = turn.request.stage;
  turn.record.sent_at = now_.steady;
  turn.record.sent_at_wall = now_.wall;
  auto finished = turn.exchange.prepare(std::move(turn.request), now_.wall, now_.random->bytes());
  if (!finished.ok()) {
    turn.came = scrubbed(finished.error(), *turn.redactor);
    turn.came_at = now_;
    return std::nullopt;
  }
  turn.sent = true;
  if (server_.config.on_exchange) turn.record.request = *finished;
  return Send{std::move(*finished), turn.cleans_up};
}

// What came counts from its arrival.
void Conversation::receive() {
  const std::unique_ptr<Turn> turn = std::move(turn_);
  now_ = turn->came_at;
  turn->then(std::move(*turn->came));
}

void Conversation::on_response(const Now& now, HttpResponse response) {
  if (child_) return child_->on_response(now, std::move(response));
  if (!turn_ || !turn_->sent || turn_->came) return;
  ExchangeRecord& record = turn_->record;
  record.duration = now.steady - record.sent_at;
  const bool told = server_.config.on_exchange != nullptr;
  if (told) record.response = response;
  response = turn_->exchange.accept(std::move(response), record.stage);
  if (told && !response.quirks.list().empty()) record.normalized = response;
  if (told) server_.config.on_exchange(record, *turn_->redactor);
  turn_->came = std::move(response);
  turn_->came_at = now;
}

void Conversation::on_failure(const Now& now, TransportFailure failure) {
  if (child_) return child_->on_failure(now, std::move(failure));
  if (!turn_ || !turn_->sent || turn_->came) return;
  ExchangeRecord& record = turn_->record;
  record.duration = now.steady - record.sent_at;
  record.failure = failure;
  if (server_.config.on_exchange) server_.config.on_exchange(record, *turn_->redactor);
  turn_->came = std::move(failure);
  turn_->came_at = now;
}

void Conversation::cancel() {
  cancelled_ = true;
  if (child_ && !child_cleans_up_) child_->cancel();
  on_cancel();
}

Error Conversation::failure_of(Sent sent, Stage stage) {
  if (auto* error = std::get_if<Error>(&sent)) return std::move(*error);
  return error_from(*std::get_if<TransportFailure>(&sent), stage);
}

void Conversation::fetch(OAuthRequest request, Then<Result<HttpResponse>> then) {
  hop(std::move(request), 0, std::move(then));
}

void Conversation::hop(OAuthRequest request, int hops, Then<Result<HttpResponse>> then) {
  if (hops > kMaxRedirects) {
    return then(make_error(Blame::protocol, ErrorCode::redirect_refused, request.stage,
                           "The server's metadata or keys are redirected more than three times."));
  }
  const auto received = [this, request, hops, then](Sent sent) {
    auto* response = std::get_if<HttpResponse>(&sent);
    if (response == nullptr) return then(failure_of(std::move(sent), request.stage));
    auto target = redirect_target(request, *response);
    if (!target.ok()) return then(target.error());
    if (target->empty()) return then(std::move(*response));
    OAuthRequest next = request;
    next.url = std::move(*target);
    hop(std::move(next), hops + 1, then);
  };
  send(Exchange(server_.exchange_options()), std::move(request), server_.redactor, received);
}

// ---- Metadata ----

OAuthRequest Conversation::metadata_request(const std::string& place) const {
  OAuthRequest request = make_metadata_request(place);
  request.timeout = search_->start.timeout(now_.steady);
  return request;
}

void Conversation::discover(EndpointSet wanted, const StartSchedule& start,
                            Then<Result<Metadata>> then) {
  search_ = std::make_unique<Search>();
  search_->wanted = std::move(wanted);
  search_->start = start;
  search_->then = std::move(then);
  auto places = metadata_urls(server_.config.issuer);
  if (!places.ok()) return learn(places.error());
  search_->places = std::move(*places);
  const auto& learned = server_.learned;
  if (learned && now_.steady < learned->fresh_until) return fill_gaps();
  if (learned) {  // what answered the last time comes first
    std::stable_partition(search_->places.begin(), search_->places.end(),
                          [&](const std::string& place) { return place == learned->place; });
  }
  ask_next_place();
}

void Conversation::ask_next_place() {
  if (search_->next == search_->places.size()) {
    Error problem = std::move(*search_->problem);
    if (problem.code == ErrorCode::invalid_response && !problem.retryable) {
      problem.message = "No authorization server metadata were found for the issuer " +
                        server_.config.issuer +
                        ". Check the issuer, or give the endpoints one by one. " + problem.message;
    }
    return learn(std::move(problem));
  }
  const std::string place = search_->places[search_->next++];
  fetch(metadata_request(place), [this, place](Result<HttpResponse> response) {
    if (!response.ok()) return learn(response.error());
    auto metadata = read_metadata_response(server_.config.issuer, *response, server_.redactor);
    if (metadata.ok()) {
      search_->asked.push_back(place);
      return learn(Server::Learned{std::move(*metadata), place,
                                   now_.steady + metadata_lifetime(*response),
                                   std::move(search_->asked)});
    }
    const Error& error = metadata.error();
    if (error.code == ErrorCode::issuer_mismatch) return learn(error);
    if (!error.retryable) search_->asked.push_back(place);
    // "Not now" says more than "nothing here".
    if (!search_->problem || error.retryable) search_->problem = error;
    ask_next_place();
  });
}

void Conversation::learn(Result<Server::Learned> learned) {
  if (learned.ok()) {
    server_.learned = std::move(*learned);
  } else if (server_.learned && learned.error().retryable) {
    server_.learned->metadata.refetch_failure = learned.error();
    server_.learned->fresh_until = now_.steady + kBetweenFetches;
  } else {
    return std::exchange(search_, nullptr)->then(learned.error());
  }
  fill_gaps();
}

void Conversation::fill_gaps() {
  server_.learned->gap_problem.reset();
  search_->places = *metadata_urls(server_.config.issuer);
  search_->next = 0;
  ask_next_gap();
}

void Conversation::ask_next_gap() {
  Server::Learned& learned = *server_.learned;
  const auto& asked = learned.places_asked;
  while (search_->next < search_->places.size() &&
         !names_all(learned.metadata.endpoints, search_->wanted)) {
    const std::string place = search_->places[search_->next++];
    if (std::find(asked.begin(), asked.end(), place) != asked.end()) continue;
    return fetch(metadata_request(place), [this, place](Result<HttpResponse> response) {
      Server::Learned& known = *server_.learned;
      const auto metadata =
          response.ok() ? read_metadata_response(server_.config.issuer, *response, server_.redactor)
                        : Result<Metadata>(response.error());
      // Another issuer's document is not used, and takes nothing from the one that is there.
      if (metadata.ok()) fill_missing(known.metadata, *metadata);
      if (!response.ok() || (!metadata.ok() && metadata.error().retryable)) {
        known.gap_problem = metadata.error();  // this place is asked again the next time
      } else {
        known.places_asked.push_back(place);
      }
      ask_next_gap();
    });
  }
  const auto then = std::exchange(search_, nullptr)->then;
  const auto& problem = learned.gap_problem;
  if (problem && problem->code == ErrorCode::cancelled) return then(*problem);
  then(learned.metadata);
}

void Conversation::find(EndpointSet wanted, Then<Result<void>> then) {
  wanted = server_.unnamed(std::move(wanted));
  if (server_.config.issuer.empty() || wanted.empty()) return then({});
  discover(std::move(wanted), {}, [this, then](Result<Metadata> metadata) {
    if (!metadata.ok()) return then(metadata.error());
    server_.adopt(*metadata);
    then({});
  });
}

void Conversation::find_endpoint(std::string Endpoints::*which, Stage stage,
                                 Then<Result<std::string>> then) {
  find({which}, [this, which, stage, then](Result<void> found) {
    if (!found.ok()) return then(found.error());
    const std::string& endpoint = server_.config.endpoints.*which;
    if (!endpoint.empty()) return then(endpoint);
    then(make_error(Blame::caller, ErrorCode::not_possible, stage,
                    "There is no " + std::string(name(stage)) +
                        " endpoint: the provider names none, and none was given." +
                        server_.left_out()));
  });
}

// ---- Client authentication ----

void Conversation::use_client(Then<Result<Exchange>> then) {
  const Config& config = server_.config;
  const auto ready = [this, then](Result<void> found) {
    if (!found.ok()) return then(found.error());
    then(server_.client_exchange());
  };
  const auto learned = [this, ready](Result<Metadata> metadata) {
    // How to authenticate can also be chosen without them.
    if (!metadata.ok() && metadata.error().code == ErrorCode::cancelled) {
      return ready(metadata.error());
    }
    if (server_.config.assertion_audience != AssertionAudience::token_endpoint) return ready({});
    find({&Endpoints::token}, ready);
  };
  if (config.issuer.empty() || config.client_auth || !has_credentials(config)) {
    return learned(Metadata());
  }
  discover({}, {}, learned);
}

// ---- Keys ----

void Conversation::fetch_keys(Then<Result<Jwks>> then) {
  fetch(make_jwks_request(server_.config.endpoints.jwks_uri),
        [this, then](Result<HttpResponse> response) {
          if (!response.ok()) return then(response.error());
          then(read_jwks_response(*response, server_.redactor));
        });
}

IdTokenKeeper::Fetch Conversation::key_fetcher() {
  return [this](Then<Result<Jwks>> then) { fetch_keys(std::move(then)); };
}

IdTokenKeeper::Question Conversation::complete(IdTokenKeeper::Question question) const {
  question.issuer = server_.config.issuer;
  question.client_id = server_.config.client_id;
  question.jwks_uri = server_.config.endpoints.jwks_uri;
  question.now = now_.steady;
  question.wall = now_.wall;
  return question;
}

void Conversation::check_id_token(const TokenSet& tokens, IdTokenKeeper::Question question,
                                  Then<IdTokenKeeper::Verdict> then) {
  const auto found = [this, &tokens, question = std::move(question), then](Result<void> keys) {
    server_.id_tokens.decide(tokens, complete(question), key_fetcher(),
                             [keys, then](IdTokenKeeper::Verdict verdict) {
                               // Why nobody says where the keys are.
                               if (!keys.ok() && verdict.problem && !verdict.disbelieved) {
                                 verdict.problem = keys.error();
                               }
                               then(std::move(verdict));
                             });
  };
  if (tokens.id_token.empty()) return found({});
  find({&Endpoints::jwks_uri}, found);
}

void Conversation::check_signature(const Jwt& jwt, Stage stage, ErrorCode invalid,
                                   Then<Result<SignatureCheck>> then) {
  server_.id_tokens.check_signature(
      jwt, complete({}), key_fetcher(), [stage, invalid, then](Result<SignatureCheck> signature) {
        if (signature.ok()) return then(std::move(signature));
        Error error = signature.error();
        error.stage = stage;
        if (error.code == ErrorCode::id_token_invalid) {
          error.code = invalid;
          error.message = "The signed response can't be checked: the issuer's key can't be used.";
        }
        then(std::move(error));
      });
}

}  // namespace deviceflow
