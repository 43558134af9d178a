// A program with exceptions and RTTI that links an SDK built without either, and uses every floor.
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>
#include <deviceflow/testing.hpp>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <typeinfo>

int main() {
  try {
    deviceflow::VirtualWorld world;
    const deviceflow::Ports ports = world.ports();
    const auto network = ports.network();
    const deviceflow::Network& port = *network;
    deviceflow::Config config;
    config.issuer = "https://id.example.com";
    config.client_id = "tv";
    if (typeid(port) != typeid(deviceflow::VirtualNetwork)) throw std::logic_error("no RTTI");
    deviceflow::Keyring keyring;
    deviceflow::FileStoreOptions options;
    options.directory = "/nonexistent/store";
    options.keys = &keyring;
    deviceflow::Session filed(config, std::make_shared<deviceflow::FileStore>(options), ports);
    if (filed.access_token().ok()) throw std::logic_error("nobody signed in, and yet a token");
    deviceflow::Session session(config, std::make_shared<deviceflow::MemoryStore>(), ports);
    const auto token = session.sign_in(nullptr);
    if (token.ok()) throw std::logic_error("no network, and yet tokens");
    std::cout << token.error().label() << "\n";
    throw std::runtime_error("caught");
  } catch (const std::runtime_error& e) {
    return std::string(e.what()) == "caught" ? 0 : 1;
  }
}
