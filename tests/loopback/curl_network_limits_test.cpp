// Limits of the libcurl network: size, time, and how soon a cancel is obeyed.
#include <cstdio>
#include <deviceflow/platform.hpp>
#include <functional>
#include <optional>
#include <thread>

#include "network_helpers.hpp"
#include "sockets.hpp"

namespace deviceflow::test {
namespace {

using Mode = FaultServerOptions::Mode;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

CurlOptions limits(milliseconds connect, milliseconds total) {
  CurlOptions options;
  options.connect_timeout = connect;
  options.total_timeout = total;
  return options;
}

// T-5.1-6, H-x-1
TEST(CurlNetworkLimits, ABodyOfExactlyTheLimitPassesAndOneByteMoreDoesNot) {
  CurlNetwork network;
  FaultServer server([](const ReceivedRequest& request) {
    return answer(200, std::string(kMebibyte + (request.target == "/fits" ? 0 : 1), 'x'));
  });
  EXPECT_EQ(answered(send(network, get(server.url("/fits")))).body.size(), kMebibyte);
  EXPECT_EQ(failed(send(network, get(server.url("/too-large")))).kind, Kind::too_large);
  EXPECT_EQ(answered(send(network, get(server.url("/fits")))).body.size(), kMebibyte);
}

// gzip (RFC 1952) around one deflate block (RFC 1951). Its checksum is left out: nothing here comes
// to it.
class Gzip {
 public:
  // So many bytes 'x' in fixed Huffman codes: one literal, then copies of 258 bytes from one byte
  // before.
  static std::string of_x(std::size_t bytes) {
    Gzip out;
    out.bits(1, 1);           // the last block
    out.bits(1, 2);           // fixed codes
    out.code(0x30 + 'x', 8);  // the literal
    for (; bytes > 258; bytes -= 258) {
      out.code(0xC5, 8);  // length 258
      out.code(0, 5);     // distance 1
    }
    out.code(0, 7 + 8);  // the end, and the last byte filled up
    return out.text_;
  }

 private:
  void bits(unsigned value, int count) {  // the lowest bit first
    for (int i = 0; i < count; ++i) bit((value >> i) & 1);
  }
  void code(unsigned value, int count) {  // Huffman codes: the highest bit first
    for (int i = count - 1; i >= 0; --i) bit((value >> i) & 1);
  }
  void bit(unsigned one) {
    if (used_ % 8 == 0) text_ += '\0';
    text_.back() =
        static_cast<char>(static_cast<unsigned char>(text_.back()) | (one << (used_ % 8)));
    ++used_;
  }

  std::string text_ = std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  std::size_t used_ = 0;
};

// H-8.4-1
TEST(CurlNetworkLimits, TheLimitCountsDecodedBytes) {
  const std::string bomb = Gzip::of_x(64 * kMebibyte);
  ASSERT_LT(bomb.size(), kMebibyte / 2);
  FaultServer server({answer(200, bomb, {{"Content-Encoding", "gzip"}})});
  CurlNetwork network;
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::too_large);
  EXPECT_EQ(failed(send(network, get(server.url("/keys")))).kind, Kind::too_large);
}

// H-8.4-1: asked for by nobody, in the words of RFC 9110 section 8.4.1.
TEST(CurlNetworkLimits, AStoredBlockIsDecoded) {
  const std::string text = "{\"a\":1}";
  std::string stored("\x78\x01\x01", 3);  // zlib, then a last block that is not compressed
  stored += std::string("\x07\0\xf8\xff", 4) + text;
  stored += std::string("\x08\x2a\x02\x09", 4);
  FaultServer server({answer(200, stored, {{"Content-Encoding", "deflate"}})});
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, get(server.url("/metadata")))).body.reveal(), text);
}

// H-8.4-1
TEST(CurlNetworkLimits, ACodingThatIsNotKnownIsHandedOverWithoutTheBody) {
  FaultServer server({answer(200, "\x01\x02", {{"Content-Encoding", "exi"}})});
  CurlNetwork network;
  const HttpResponse response = answered(send(network, post(server.url("/token"))));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(find_header(response.headers, "Content-Encoding").value_or(""), "exi");
}

// T-5.1-6, H-x-1
TEST(CurlNetworkLimits, AnEndlessBodyIsGivenUpSoon) {
  for (const bool chunked : {false, true}) {
    FaultServer server({large_body(512, chunked)});
    CurlNetwork network;
    const TransportFailure failure = failed(send(network, post(server.url("/token"))));
    EXPECT_EQ(failure.kind, Kind::too_large);
    EXPECT_FALSE(failure.nothing_sent);
    ASSERT_TRUE(server.wait_for_closed(1));
    // The limit, and what the sockets' buffers took.
    EXPECT_LT(server.bytes_sent(), 32 * kMebibyte) << (chunked ? "chunked" : "with a length");
  }
}

// T-5.1-6
TEST(CurlNetworkLimits, ALargeTokenPasses) {
  const std::string body = "{\"access_token\":\"" + std::string(900000, 'a') + "\"}";
  FaultServer server({answer(200, body)});
  CurlNetwork network;
  EXPECT_EQ(answered(send(network, post(server.url("/token")))).body.reveal(), body);
}

// H-x-1
TEST(CurlNetworkLimits, TooManyHeadersAreGivenUpSoon) {
  FaultServer server({header_flood(512 * 1024)});
  CurlNetwork network;
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::too_large);
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_LT(server.bytes_sent(), 32 * kMebibyte);
}

// H-x-1
TEST(CurlNetworkLimits, OneEndlessHeaderIsGivenUpSoon) {
  Action endless = raw("HTTP/1.1 200 OK\r\nX-Flood: ", Action::Then::close);
  endless.repeated = std::string(kMebibyte, 'x');
  endless.times = 512;
  FaultServer server({endless});
  CurlNetwork network;
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::too_large);
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_LT(server.bytes_sent(), 32 * kMebibyte);
}

// H-x-1
TEST(CurlNetworkLimits, EndlessInterimAnswersAreGivenUpSoon) {
  Action endless = raw("", Action::Then::close);
  endless.repeated = "HTTP/1.1 100 Continue\r\nX-Flood: " + std::string(1000, 'x') + "\r\n\r\n";
  endless.times = 512 * 1024;
  FaultServer server({endless});
  CurlNetwork network;
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::too_large);
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_LT(server.bytes_sent(), 32 * kMebibyte);
}

// H-x-1
TEST(CurlNetworkLimits, EndlessTrailersAreGivenUpSoon) {
  Action endless =
      raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", Action::Then::close);
  endless.repeated = "X-Flood: " + std::string(1000, 'x') + "\r\n";
  endless.times = 512 * 1024;
  FaultServer server({endless});
  CurlNetwork network;
  EXPECT_EQ(failed(send(network, post(server.url("/token")))).kind, Kind::too_large);
  ASSERT_TRUE(server.wait_for_closed(1));
  EXPECT_LT(server.bytes_sent(), 32 * kMebibyte);
}

// H-x-1
TEST(CurlNetworkLimits, ASilentServerIsGivenUpInTime) {
  FaultServer server({silence()});
  CurlNetwork network(limits(milliseconds(10000), milliseconds(300)));
  const Stopwatch watch;
  const TransportFailure failure = failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(failure.kind, Kind::timeout);
  EXPECT_FALSE(failure.nothing_sent);
  EXPECT_GE(watch.elapsed(), milliseconds(290));
  EXPECT_LT(watch.elapsed(), kLiveness);
  EXPECT_EQ(server.requests().size(), 1u);
}

// H-x-1
TEST(CurlNetworkLimits, ADrippingServerIsGivenUpInTime) {
  FaultServer server({drip(answer(200, "{}"), milliseconds(200))});
  CurlNetwork network(limits(milliseconds(10000), milliseconds(700)));
  const Stopwatch watch;
  const TransportFailure failure = failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(failure.kind, Kind::timeout);
  EXPECT_FALSE(failure.nothing_sent);
  EXPECT_LT(watch.elapsed(), kLiveness);
}

// H-x-1
TEST(CurlNetworkLimits, AnUnansweredConnectIsGivenUpInItsOwnTime) {
  FaultServer server({answer(200, "{}")}, {Mode::never_accept, {}});
  CurlNetwork network(limits(milliseconds(300), milliseconds(30000)));
  const Stopwatch watch;
  const TransportFailure failure = failed(send(network, post(server.url("/token"))));
  EXPECT_EQ(failure.kind, Kind::timeout);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_LT(watch.elapsed(), kLiveness);
}

// H-x-1
TEST(CurlNetworkLimits, TheRequestsOwnTimeoutShortensTheTransports) {
  FaultServer server({silence()});
  CurlNetwork network;
  HttpRequest request = post(server.url("/token"));
  request.timeout = milliseconds(300);
  const Stopwatch watch;
  EXPECT_EQ(failed(send(network, request)).kind, Kind::timeout);
  EXPECT_LT(watch.elapsed(), kLiveness);
}

// H-x-1
TEST(CurlNetworkLimits, TheRequestsOwnTimeoutNeverExtendsTheTransports) {
  FaultServer server({silence()});
  CurlNetwork network(limits(milliseconds(10000), milliseconds(300)));
  HttpRequest request = post(server.url("/token"));
  request.timeout = milliseconds(60000);
  const Stopwatch watch;
  EXPECT_EQ(failed(send(network, request)).kind, Kind::timeout);
  EXPECT_LT(watch.elapsed(), kLiveness);
}

TEST(CurlNetworkLimits, AfterATimeoutTheNextRequestWorksOnANewConnection) {
  FaultServer server({silence(), answer(200, "{}")});
  CurlNetwork network(limits(milliseconds(10000), milliseconds(300)));
  EXPECT_EQ(failed(send(network, post(server.url("/")))).kind, Kind::timeout);
  EXPECT_TRUE(answered(send(network, post(server.url("/")))).new_connection);
}

// D-3.5-12. Cancels as soon as `reached` says so, and says how long the network took to obey.
TransportFailure cancelled_after(const HttpRequest& request, const char* phase,
                                 const std::function<void()>& reached) {
  CurlNetwork network;
  Cancel cancel;
  std::optional<Stopwatch> since_cancel;
  std::thread canceller([&] {
    reached();
    since_cancel.emplace();
    cancel.set();
  });
  const TransportResult result = send(network, request, cancel);
  const Stopwatch since_return;
  canceller.join();
  const milliseconds took = since_cancel->elapsed() - since_return.elapsed();
  std::printf("cancelled while %s: obeyed within %d ms\n", phase, static_cast<int>(took.count()));
  EXPECT_LT(took, milliseconds(1000)) << phase;
  const TransportFailure failure = failed(result);
  EXPECT_EQ(failure.kind, Kind::cancelled) << phase;
  return failure;
}

void wait_a_little() {
  const Descriptor never = make_event();
  wait_for(-1, 0, never.get(), milliseconds(150));
}

TEST(CurlNetworkCancel, WhileConnecting) {
  FaultServer server({answer(200, "{}")}, {Mode::never_accept, {}});
  const auto failure =
      cancelled_after(post(server.url("/token")), "connecting", [] { wait_a_little(); });
  EXPECT_TRUE(failure.nothing_sent);
}

TEST(CurlNetworkCancel, WhileShakingHands) {
  FaultServer server({answer(200, "{}")}, {Mode::mute, {}});
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/token";
  const auto failure = cancelled_after(post(url), "shaking hands", [&] {
    server.wait_for_connections(1);
    wait_a_little();
  });
  EXPECT_TRUE(failure.nothing_sent);
}

TEST(CurlNetworkCancel, WhileWaitingForAnAnswer) {
  FaultServer server({silence()});
  const auto failure = cancelled_after(post(server.url("/token")), "waiting for an answer",
                                       [&] { server.wait_for_requests(1); });
  EXPECT_FALSE(failure.nothing_sent);
}

// libcurl has timers of its own that end a wait early at first; none of them is left by then.
TEST(CurlNetworkCancel, WhileWaitingForAnAnswerForSomeTime) {
  FaultServer server({silence()});
  cancelled_after(post(server.url("/token")), "waiting for an answer for some time", [&] {
    server.wait_for_requests(1);
    for (int n = 0; n < 10; ++n) wait_a_little();
  });
}

TEST(CurlNetworkCancel, InTheMiddleOfABody) {
  FaultServer server({half_answer(200, "{\"access_token\":\"x\"}", Action::Then::stall)});
  const auto failure = cancelled_after(post(server.url("/token")), "reading a body", [&] {
    server.wait_for_requests(1);
    wait_a_little();
  });
  EXPECT_FALSE(failure.nothing_sent);
}

TEST(CurlNetworkCancel, WhileAnAnswerDrips) {
  FaultServer server({drip(answer(200, "{}"), milliseconds(50))});
  cancelled_after(post(server.url("/token")), "reading a drip", [&] {
    server.wait_for_requests(1);
    wait_a_little();
  });
}

TEST(CurlNetworkCancel, BeforeAnythingWasDone) {
  FaultServer server({answer(200, "{}")});
  CurlNetwork network;
  Cancel cancel;
  cancel.set();
  const TransportFailure failure = failed(send(network, post(server.url("/token")), cancel));
  EXPECT_EQ(failure.kind, Kind::cancelled);
  EXPECT_TRUE(failure.nothing_sent);
  EXPECT_EQ(server.connections(), 0);
  EXPECT_EQ(answered(send(network, post(server.url("/token")), Cancel())).status, 200);
}

TEST(CurlNetworkCancel, TheNextRequestWorksOnANewConnection) {
  FaultServer server({answer(200, "1"), silence(), answer(200, "3")});
  CurlNetwork network;
  Cancel cancel;
  answered(send(network, post(server.url("/token")), cancel));
  std::thread canceller([&] {
    server.wait_for_requests(2);
    cancel.set();
  });
  EXPECT_EQ(failed(send(network, post(server.url("/token")), cancel)).kind, Kind::cancelled);
  canceller.join();
  const HttpResponse third = answered(send(network, post(server.url("/token")), Cancel()));
  EXPECT_EQ(third.body.reveal(), "3") << "not the answer that was cancelled";
  EXPECT_TRUE(third.new_connection);
}

// 16 to one host are on their way; what waits for its turn has sent nothing, and spends no time.
TEST(CurlNetworkQueue, ARequestThatWaitsForItsTurnHasSentNothing) {
  FaultServer silent({silence()});
  FaultServer other({answer(200, "{}")});
  CurlNetwork network;
  for (std::uint64_t ticket = 1; ticket <= 19; ++ticket) {
    network.start(ticket, post(silent.url("/token")));
  }
  network.start(20, post(other.url("/token")));
  std::vector<Network::Finished> finished;
  while (finished.empty()) network.wait(kNever, Cancel::never(), finished);
  EXPECT_EQ(finished.front().ticket, 20u) << "another host does not wait for this one";
  silent.wait_for_requests(16);
  EXPECT_EQ(silent.connections(), 16);
  for (const std::uint64_t ticket : {17, 19, 18}) EXPECT_TRUE(network.abort(ticket)) << ticket;
  EXPECT_FALSE(network.abort(1)) << "it was sent";
  EXPECT_FALSE(network.abort(1)) << "unknown by now";
}

TEST(CurlNetworkQueue, TheNextOneBeginsWhenOneIsGivenUp) {
  FaultServer silent({silence()});
  CurlNetwork network;
  for (std::uint64_t ticket = 1; ticket <= 17; ++ticket) {
    HttpRequest request = post(silent.url("/" + std::to_string(ticket)));
    if (ticket == 17) request.timeout = milliseconds(300);
    network.start(ticket, std::move(request));
  }
  std::vector<Network::Finished> finished;
  const SteadyTime waited = SystemClock().steady_now() + milliseconds(600);
  while (SystemClock().steady_now() < waited) network.wait(waited, Cancel::never(), finished);
  EXPECT_TRUE(finished.empty()) << "the time of a request that waits for its turn stands still";
  network.abort(1);
  while (finished.empty()) network.wait(kNever, Cancel::never(), finished);
  EXPECT_EQ(finished.front().ticket, 17u);
  EXPECT_EQ(failed(finished.front().result).kind, Kind::timeout);
  EXPECT_EQ(silent.requests_to("/17"), 1);
}

TEST(CurlNetworkQueue, ARequestThatWasRefusedHereHasSentNothing) {
  CurlNetwork network;
  HttpRequest request = post("http://127.0.0.1:9/token");
  request.headers.push_back({"X", Secret("a\nb")});
  network.start(1, std::move(request));
  EXPECT_TRUE(network.abort(1));
}

}  // namespace
}  // namespace deviceflow::test
