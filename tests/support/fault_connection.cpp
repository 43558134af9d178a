#include "fault_connection.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace deviceflow::test {

namespace {

constexpr std::chrono::milliseconds kForever{-1};

int protocol(TlsSettings::Version version, int any) {
  switch (version) {
    case TlsSettings::Version::any: return any;
    case TlsSettings::Version::only_1_1: return TLS1_1_VERSION;
    case TlsSettings::Version::only_1_2: return TLS1_2_VERSION;
    case TlsSettings::Version::only_1_3: return TLS1_3_VERSION;
  }
  return any;
}

}  // namespace

TlsContext make_tls_context(const TlsSettings& settings) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* raw = context.get();
  // Level 0, since TLS 1.1 is refused above it: the client is what is being tested.
  if (raw == nullptr || SSL_CTX_set_cipher_list(raw, "DEFAULT:@SECLEVEL=0") != 1 ||
      SSL_CTX_use_certificate_chain_file(raw, settings.certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(raw, settings.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_set_min_proto_version(raw, protocol(settings.version, TLS1_VERSION)) != 1 ||
      SSL_CTX_set_max_proto_version(raw, protocol(settings.version, TLS1_3_VERSION)) != 1) {
    ERR_print_errors_fp(stderr);
    fail("TLS context");
  }
  if (!settings.client_ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(raw, settings.client_ca_file.c_str(), nullptr) != 1) {
      fail("SSL_CTX_load_verify_locations");
    }
    SSL_CTX_set_purpose(raw, X509_PURPOSE_ANY);  // the test certificates are for servers
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);  // every handshake is a whole one
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

FaultConnection::FaultConnection(Descriptor socket, SSL_CTX* context, int stop)
    : socket_(std::move(socket)), stop_(stop) {
  if (context == nullptr) return;
  ssl_.reset(SSL_new(context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.get()) != 1) fail("TLS connection");
}

short FaultConnection::wanted(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return POLLIN;
    case SSL_ERROR_WANT_WRITE: return POLLOUT;
    default: return 0;
  }
}

bool FaultConnection::wait(short events) const {
  return wait_for(socket_.get(), events, stop_, kForever) == Ready::yes;
}

bool FaultConnection::handshake() {
  if (!ssl_) return true;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    if (result == 1) return true;
    const short events = wanted(result);
    if (events == 0 || !wait(events)) return false;
  }
}

std::size_t FaultConnection::read(char* to, std::size_t size) {
  for (;;) {
    short events = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      const int got = SSL_read(ssl_.get(), to, static_cast<int>(size));
      if (got > 0) return static_cast<std::size_t>(got);
      events = wanted(got);
    } else {
      const ssize_t got = recv(socket_.get(), to, size, 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN && errno != EINTR) return 0;
    }
    if (events == 0 || !wait(events)) return 0;
  }
}

bool FaultConnection::write(std::string_view bytes, std::size_t& written) {
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  while (!bytes.empty()) {
    short events = POLLOUT;
    const std::size_t size = std::min(bytes.size(), kPiece);
    ssize_t sent = -1;
    if (ssl_) {
      ERR_clear_error();
      const int result = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(size));
      sent = result;
      if (result <= 0) events = wanted(result);
    } else {
      sent = send(socket_.get(), bytes.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) events = 0;
    }
    if (sent > 0) {
      written += static_cast<std::size_t>(sent);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      // Nothing may keep a client busy for ever that the server has stopped serving.
      if (wait_for(-1, 0, stop_, std::chrono::milliseconds(0)) == Ready::stopped) return false;
    } else if (events == 0 || !wait(events)) {
      return false;
    }
  }
  return true;
}

bool FaultConnection::pause(std::chrono::milliseconds duration) const {
  return wait_for(-1, 0, stop_, duration) == Ready::time_is_up;
}

void FaultConnection::wait_for_end() {
  char ignored[4096];
  while (read(ignored, sizeof ignored) > 0) {
  }
}

void FaultConnection::close() {
  // After a reset the number may already be another socket's.
  if (ssl_ && socket_.open()) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  socket_.reset();
}

void FaultConnection::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

}  // namespace deviceflow::test
