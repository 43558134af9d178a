#include "client/operations.hpp"

namespace deviceflow {

namespace {

class Discovery final : public OperationFor<Result<Metadata>> {
 public:
  using OperationFor::OperationFor;

 private:
  void begin() override {
    EndpointSet all;
    for (const EndpointName& name : kEndpointNames) all.push_back(name.member);
    discover(std::move(all), {},
             [this](Result<Metadata> metadata) { finish(std::move(metadata)); });
  }
};

class KeyFetch final : public OperationFor<Result<Jwks>> {
 public:
  using OperationFor::OperationFor;

 private:
  void begin() override {
    find({&Endpoints::jwks_uri}, [this](Result<void> found) {
      if (!found.ok()) return finish(found.error());
      if (server_.config.endpoints.jwks_uri.empty()) {
        return finish(make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                                 "The address of the provider's keys (jwks_uri) is not known."));
      }
      fetch_keys([this](Result<Jwks> keys) { finish(std::move(keys)); });
    });
  }
};

}  // namespace

std::unique_ptr<OperationFor<Result<Metadata>>> make_discovery(std::shared_ptr<Server> server) {
  return std::make_unique<Discovery>(std::move(server));
}

std::unique_ptr<OperationFor<Result<Jwks>>> make_key_fetch(std::shared_ptr<Server> server) {
  return std::make_unique<KeyFetch>(std::move(server));
}

}  // namespace deviceflow
