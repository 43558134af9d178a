// What the network offers in the first message of a TLS handshake, byte by byte.
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <deviceflow/platform.hpp>
#include <set>
#include <thread>
#include <vector>

#include "network_helpers.hpp"
#include "sockets.hpp"

namespace deviceflow::test {
namespace {

/// Reads numbers and runs of bytes off a message; what is not there ends the test.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) {
      ADD_FAILURE() << "the message is cut";
      size = bytes_.size();
    }
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  unsigned number(std::size_t size) {
    unsigned out = 0;
    for (const char byte : take(size)) out = (out << 8) | static_cast<unsigned char>(byte);
    return out;
  }
  /// A run of bytes behind its own length of `size` bytes.
  Reader run(std::size_t size) { return Reader(take(number(size))); }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

struct ClientHello {
  std::set<unsigned> suites;
  std::vector<unsigned> compressions;
  std::set<unsigned> extensions;
  std::set<unsigned> versions;  ///< Of the extension supported_versions.
  std::string server_name;
};

/// RFC 8446 section 4.1.2, in its record.
ClientHello read_client_hello(std::string_view bytes) {
  ClientHello out;
  Reader record(bytes);
  EXPECT_EQ(record.number(1), 22u) << "a handshake";
  record.number(2);
  Reader handshake = record.run(2);
  EXPECT_EQ(handshake.number(1), 1u) << "a client's first message";
  Reader hello = handshake.run(3);
  hello.take(2 + 32);  // version, random
  hello.run(1);        // session
  for (Reader all = hello.run(2); !all.at_end();) out.suites.insert(all.number(2));
  for (Reader all = hello.run(1); !all.at_end();) out.compressions.push_back(all.number(1));
  for (Reader all = hello.run(2); !all.at_end();) {
    const unsigned kind = all.number(2);
    out.extensions.insert(kind);
    Reader body = all.run(2);
    if (kind == 0) {
      Reader names = body.run(2);
      EXPECT_EQ(names.number(1), 0u) << "a host name";
      out.server_name = names.take(names.number(2));
    } else if (kind == 43) {
      for (Reader some = body.run(1); !some.at_end();) out.versions.insert(some.number(2));
    }
  }
  return out;
}

/// The first message that comes to the next connection of `listener`, which is then closed.
std::string first_message(const Descriptor& listener) {
  const Descriptor never = make_event();
  if (wait_for(listener.get(), POLLIN, never.get(), kLiveness) != Ready::yes) return {};
  const Descriptor connection(accept(listener.get(), nullptr, nullptr));
  std::string out(16384, '\0');
  if (wait_for(connection.get(), POLLIN, never.get(), kLiveness) != Ready::yes) return {};
  const ssize_t size = recv(connection.get(), out.data(), out.size(), 0);
  out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return out;
}

// L-3.3-1, L-3.1-1
TEST(ClientHello, OffersNoCompressionAndNoOldVersionAndNamesTheServer) {
  const Descriptor listener = bind_loopback(0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  std::string message;
  std::thread server([&] { message = first_message(listener); });
  CurlNetwork network{CurlOptions()};
  const std::string host = "https://localhost:" + std::to_string(bound_port(listener.get()));
  const TransportFailure failure = failed(send(network, post(host + "/token")));
  server.join();
  EXPECT_TRUE(failure.nothing_sent);

  const ClientHello hello = read_client_hello(message);
  EXPECT_EQ(hello.server_name, "localhost");
  EXPECT_EQ(hello.compressions, std::vector<unsigned>{0});
  // Safe renegotiation (RFC 5746): as an extension, or by the suite that stands for it.
  EXPECT_TRUE(hello.extensions.count(0xFF01) == 1 || hello.suites.count(0x00FF) == 1);
  EXPECT_EQ(hello.versions, (std::set<unsigned>{0x0303, 0x0304}));
}

TEST(ClientHello, APortThatRespondsInPlainHttpIsCalledThat) {
  const Descriptor listener = bind_loopback(0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  std::thread server([&] {
    const Descriptor never = make_event();
    if (wait_for(listener.get(), POLLIN, never.get(), kLiveness) != Ready::yes) return;
    const Descriptor connection(accept(listener.get(), nullptr, nullptr));
    if (wait_for(connection.get(), POLLIN, never.get(), kLiveness) != Ready::yes) return;
    std::string hello(16384, '\0');
    static_cast<void>(::recv(connection.get(), hello.data(), hello.size(), 0));
    constexpr std::string_view kRefusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    static_cast<void>(::send(connection.get(), kRefusal.data(), kRefusal.size(), MSG_NOSIGNAL));
  });
  CurlNetwork network{CurlOptions()};
  const std::string port = std::to_string(bound_port(listener.get()));
  const TransportFailure failure =
      failed(send(network, post("https://127.0.0.1:" + port + "/token")));
  server.join();
  EXPECT_EQ(failure.kind, Kind::tls_handshake);
  EXPECT_EQ(failure.reason, "plain_http");
  EXPECT_EQ(failure.details.port, port);
  EXPECT_NE(failure.message.find("does not speak TLS on port " + port), std::string::npos)
      << failure.message;
}

}  // namespace
}  // namespace deviceflow::test
