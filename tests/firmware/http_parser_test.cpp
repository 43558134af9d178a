extern "C" {
#include "http_parser.h"
}

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Read {
  int result = 0;
  int status = 0;
  std::vector<std::string> headers;
  std::string body;
  bool operator==(const Read&) const = default;
};

constexpr std::size_t kCapacity = 64;

// In pieces of `piece` bytes, then the end of the connection where `closed`.
Read read_pieces(std::string_view bytes, std::size_t piece, bool closed) {
  auto parser = std::make_unique<http_parser>();
  std::vector<char> body(kCapacity);
  http_begin(parser.get(), body.data(), body.size());
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string_view part = bytes.substr(at, piece);
    http_feed(parser.get(), part.data(), part.size());
  }
  Read read;
  read.result = closed ? http_end(parser.get()) : http_feed(parser.get(), "", 0);
  read.status = parser->status;
  for (std::size_t i = 0; i < parser->header_count; ++i) {
    const deviceflow_pair& one = parser->headers[i];
    read.headers.push_back(std::string(one.name.data, one.name.size) + "=" +
                           std::string(one.value.data, one.value.size));
  }
  if (read.result == HTTP_COMPLETE) read.body.assign(parser->body, parser->body_size);
  return read;
}

// However the bytes are cut, the answer is the same.
Read read(std::string_view bytes, bool closed = false) {
  const Read whole = read_pieces(bytes, bytes.size() + 1, closed);
  for (std::size_t piece = 1; piece < 8; ++piece) {
    EXPECT_EQ(read_pieces(bytes, piece, closed), whole) << bytes;
  }
  return whole;
}

int result_of(std::string_view bytes, bool closed = false) {
  return read(bytes, closed).result;
}

std::string with_headers(std::string_view headers) {
  return "HTTP/1.1 200 OK\r\n" + std::string(headers) + "\r\n";
}

TEST(HttpParser, ReadsNoStatusLineThatIsNone) {
  for (const char* line :
       {"HTTP/2 200 OK", "HTTP/1.2 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK",
        "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "HTTP/1.1 2000", "HTTP/1.1 200OK", " HTTP/1.1 200 OK",
        "", "ICY 200 OK", "HTTP/1.1\t200 OK"}) {
    EXPECT_EQ(result_of(std::string(line) + "\r\n\r\n", true), HTTP_BROKEN) << line;
  }
}

TEST(HttpParser, ReadsNoHeadersThatCouldBeReadInTwoWays) {
  for (const char* headers :
       {"No-Colon\r\n", ": no name\r\n", "Date : before the colon\r\n", " Date: folded\r\n",
        "Date: one\r\n folded\r\n", "Content Length: 5\r\n", "Date: bare\nline feed\r\n",
        "Date: bare\rreturn\r\n", "D\x01te: x\r\n", "Date: \x7f\r\n", "Date: a\x1b[2J\r\n",
        "D\xc3\xa4te: x\r\n"}) {
    EXPECT_EQ(result_of(with_headers(headers), true), HTTP_BROKEN) << headers;
  }
  EXPECT_EQ(result_of(with_headers(std::string("Date: a\0b\r\n", 11)), true), HTTP_BROKEN);
}

TEST(HttpParser, ReadsNoLengthThatCouldBeReadInTwoWays) {
  for (const char* headers :
       {"Content-Length: \r\n", "Content-Length: -1\r\n", "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n", "Content-Length: 5, 5\r\n", "Content-Length: 5 5\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\ncontent-length: 6\r\n",
        "Content-Length: 99999999999999999999999x\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(result_of(with_headers(headers) + "5\r\nhello\r\n0\r\n\r\n", true), HTTP_BROKEN)
        << headers;
  }
  EXPECT_EQ(result_of("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            HTTP_BROKEN);
}

TEST(HttpParser, ReadsNoChunkThatIsNone) {
  const std::string head = with_headers("Transfer-Encoding: chunked\r\n");
  for (const char* chunks :
       {"\r\n", "x\r\n", "-1\r\n", " 5\r\nhello\r\n", "5 5\r\nhello\r\n", "0x5\r\nhello\r\n",
        "5\nhello\r\n", "5\r\nhello!\r\n", "5\r\nhello0\r\n\r\n",
        "5\r\nhello\r\n0\r\nno colon\r\n\r\n", "5;\x01\r\nhello\r\n"}) {
    EXPECT_EQ(result_of(head + chunks, true), HTTP_BROKEN) << chunks;
  }
}

TEST(HttpParser, TakesNoAnswerThatWasCutOffForAWholeOne) {
  const std::string chunked =
      with_headers("Transfer-Encoding: chunked\r\nDate: x\r\n") + "5\r\nhello\r\n0\r\nA: b\r\n\r\n";
  const std::string counted = with_headers("Content-Length: 5\r\n") + "hello";
  for (const std::string& whole : {chunked, counted}) {
    EXPECT_EQ(result_of(whole), HTTP_COMPLETE);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(read_pieces(whole.substr(0, size), 1, false).result, HTTP_MORE) << size;
      EXPECT_EQ(read_pieces(whole.substr(0, size), 1, true).result, HTTP_BROKEN) << size;
    }
  }
}

TEST(HttpParser, TakesNoBodyOverItsLimit) {
  const std::string full(kCapacity, 'a');
  EXPECT_EQ(read(with_headers("Content-Length: 64\r\n") + full).body, full);
  EXPECT_EQ(result_of(with_headers("Content-Length: 65\r\n")), HTTP_TOO_LARGE);
  EXPECT_EQ(result_of(with_headers("Content-Length: 18446744073709551621\r\n")), HTTP_TOO_LARGE);
  EXPECT_EQ(read(with_headers("") + full, true).body, full);
  EXPECT_EQ(result_of(with_headers("") + full + "a", true), HTTP_TOO_LARGE);
  const std::string chunked = with_headers("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(read(chunked + "40\r\n" + full + "\r\n0\r\n\r\n").body, full);
  EXPECT_EQ(result_of(chunked + "41\r\n"), HTTP_TOO_LARGE);
  EXPECT_EQ(result_of(chunked + "40\r\n" + full + "\r\n1\r\n"), HTTP_TOO_LARGE);
  EXPECT_EQ(result_of(chunked + "10000000000000005\r\n"), HTTP_TOO_LARGE);
}

TEST(HttpParser, TakesNoHeadersOverTheirLimits) {
  const std::string line = "X-Filler: " + std::string(1000, 'a') + "\r\n";
  std::string endless;
  while (endless.size() <= DEVICEFLOW_MAX_HEADER_BYTES) endless += line;
  EXPECT_EQ(read_pieces(with_headers(endless), 4096, true).result, HTTP_TOO_LARGE);
  std::string interim;
  while (interim.size() <= DEVICEFLOW_MAX_HEADER_BYTES) interim += "HTTP/1.1 102 \r\n\r\n";
  EXPECT_EQ(read_pieces(interim, 4096, true).result, HTTP_TOO_LARGE);
  std::string tiny = with_headers("Transfer-Encoding: chunked\r\n");
  tiny += "1;" + std::string(DEVICEFLOW_MAX_HEADER_BYTES, 'e') + "\r\na\r\n";
  EXPECT_EQ(read_pieces(tiny, 4096, true).result, HTTP_TOO_LARGE);

  const std::string length = "Content-Length: 0\r\n";
  const std::string date = "Date: " + std::string(HTTP_LINE_BYTES, 'a') + "\r\n";
  EXPECT_EQ(result_of(with_headers(date + length)), HTTP_TOO_LARGE);
  std::string many;
  for (int i = 0; i < HTTP_KEPT_HEADERS; ++i) many += "Date: a\r\n";
  EXPECT_EQ(result_of(with_headers(many + length)), HTTP_COMPLETE);
  EXPECT_EQ(result_of(with_headers(many + "Date: a\r\n" + length)), HTTP_TOO_LARGE);
  const std::string large = "Date: " + std::string(HTTP_LINE_BYTES - 6, 'a') + "\r\n";
  EXPECT_EQ(result_of(with_headers(large + length)), HTTP_COMPLETE);
  EXPECT_EQ(result_of(with_headers(large + large + large + length)), HTTP_TOO_LARGE);
}

TEST(HttpParser, DropsALongLineThatNobodyAsksFor) {
  const std::string policy = "Content-Security-Policy: " + std::string(9000, 'a') + "\r\n";
  const Read answer = read(with_headers(policy + "Date: x\r\nContent-Length: 2\r\n") + "{}");
  EXPECT_EQ(answer.result, HTTP_COMPLETE);
  EXPECT_EQ(answer.headers, std::vector<std::string>{"Date=x"});
  const std::string hidden = "X: " + std::string(9000, 'a') + "\x01\r\n";
  EXPECT_EQ(result_of(with_headers(hidden + "Content-Length: 0\r\n")), HTTP_BROKEN);
  const std::string length = "Content-Length: " + std::string(9000, '0') + "5\r\n";
  EXPECT_EQ(result_of(with_headers(length) + "hello"), HTTP_TOO_LARGE);
}

TEST(HttpParser, HandsOnWhatTheSdkAsksForAndNothingElse) {
  const Read answer =
      read(with_headers("Content-Type: application/json\r\nSet-Cookie: a=b\r\nDATE:now\r\n"
                        "Retry-After: \t 7 \t\r\nWWW-Authenticate: DPoP\r\nDPoP-Nonce: n\r\n"
                        "Cache-Control:\r\nLocation: /x\r\nContent-Length: 2\r\n") +
           "{}");
  EXPECT_EQ(answer.result, HTTP_COMPLETE);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(answer.headers,
            (std::vector<std::string>{"Content-Type=application/json", "DATE=now", "Retry-After=7",
                                      "WWW-Authenticate=DPoP", "DPoP-Nonce=n",
                                      "Cache-Control=", "Location=/x"}));
}

TEST(HttpParser, ReadsEveryFormOfABody) {
  EXPECT_EQ(read("HTTP/1.1 400\r\nContent-Length: 002\r\n\r\n{}").body, "{}");
  EXPECT_EQ(read("HTTP/1.0 503 Busy\r\n\r\n<html>", true).body, "<html>");
  EXPECT_EQ(read_pieces("HTTP/1.0 503 Busy\r\n\r\n<html>", 1, false).result, HTTP_MORE);
  EXPECT_EQ(read("HTTP/1.1 204 None\r\nContent-Length: 9\r\n\r\n").result, HTTP_COMPLETE);
  const Read chunked =
      read(with_headers("transfer-encoding: Chunked\r\n") +
           "2\r\n{\"\r\n00003;name=\"v\"\r\na\":\r\n2 ; x\r\n1}\r\n0\r\nA: b\r\n\r\n");
  EXPECT_EQ(chunked.result, HTTP_COMPLETE);
  EXPECT_EQ(chunked.body, "{\"a\":1}");
}

TEST(HttpParser, PassesOverInterimAnswers) {
  const Read answer = read(
      "HTTP/1.1 100 Continue\r\nDate: then\r\nContent-Length: 9\r\n\r\n"
      "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(answer.result, HTTP_COMPLETE);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers, std::vector<std::string>{"Date=now"});
  EXPECT_EQ(result_of("HTTP/1.1 101 Switching Protocols\r\n\r\n"), HTTP_BROKEN);
}

TEST(HttpParser, LooksAtNothingBehindTheAnswer) {
  const Read answer =
      read(with_headers("Content-Length: 2\r\n") + "{}HTTP/1.1 500 Smuggled\r\n\r\n", true);
  EXPECT_EQ(answer.result, HTTP_COMPLETE);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
}

}  // namespace
