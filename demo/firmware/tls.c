#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mbedtls/error.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// ---- What mbedTLS calls -------------------------------------------------------------------------

static int send_some(void* context, const unsigned char* bytes, size_t size) {
  const tls* connection = context;
  const ssize_t sent = send(connection->socket, bytes, size, MSG_NOSIGNAL);
  if (sent >= 0) return (int)sent;
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return later ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_SSL_CONN_EOF;
}

static int receive_some(void* context, unsigned char* bytes, size_t size) {
  const tls* connection = context;
  const ssize_t got = recv(connection->socket, bytes, size, 0);
  if (got >= 0) return (int)got;
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return later ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_SSL_CONN_EOF;
}

// ---- Once, at the start -------------------------------------------------------------------------

// The curves whose computations mbedTLS can do in pieces, without those that only take longer.
static const mbedtls_ecp_group_id kCurves[] = {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
                                               MBEDTLS_ECP_DP_NONE};

enum { OPERATIONS_AT_ONCE = 1000 };

static int configure(tls* connection) {
  mbedtls_ssl_config* config = &connection->config;
  const int failed = mbedtls_ssl_config_defaults(
      config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (failed != 0) return failed;
  mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_curves(config, kCurves);
  mbedtls_ssl_conf_ca_chain(config, &connection->trusted, NULL);
  mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &connection->random);
#if defined(MBEDTLS_ECP_RESTARTABLE)
  mbedtls_ecp_set_max_ops(OPERATIONS_AT_ONCE);  // a longer computation goes on in the next turn
#endif
  const int unset = mbedtls_ssl_setup(&connection->ssl, config);
  if (unset != 0) return unset;
  mbedtls_ssl_set_bio(&connection->ssl, connection, send_some, receive_some, NULL);
  return mbedtls_ssl_set_hostname(&connection->ssl, connection->host);
}

int tls_set_up(tls* connection, const char* host, const char* address, const char* ca,
               size_t size) {
  *connection = (tls){.host = host, .address = address, .socket = -1};
  mbedtls_entropy_init(&connection->entropy);
  mbedtls_ctr_drbg_init(&connection->random);
  mbedtls_x509_crt_init(&connection->trusted);
  mbedtls_ssl_config_init(&connection->config);
  mbedtls_ssl_init(&connection->ssl);
  mbedtls_ssl_session_init(&connection->session);
  const int unseeded = mbedtls_ctr_drbg_seed(&connection->random, mbedtls_entropy_func,
                                             &connection->entropy, NULL, 0);
  if (unseeded != 0) return unseeded;
  const int unread = mbedtls_x509_crt_parse(&connection->trusted, (const unsigned char*)ca, size);
  return unread != 0 ? unread : configure(connection);
}

void tls_free(tls* connection) {
  tls_close(connection);
  mbedtls_ssl_session_free(&connection->session);
  mbedtls_ssl_free(&connection->ssl);
  mbedtls_ssl_config_free(&connection->config);
  mbedtls_x509_crt_free(&connection->trusted);
  mbedtls_ctr_drbg_free(&connection->random);
  mbedtls_entropy_free(&connection->entropy);
}

int tls_random(tls* connection, void* bytes, size_t size) {
  return mbedtls_ctr_drbg_random(&connection->random, bytes, size);
}

// ---- A connection -------------------------------------------------------------------------------

static socklen_t fill_in(struct sockaddr_storage* to, const char* address, uint16_t port) {
  memset(to, 0, sizeof *to);
  struct sockaddr_in* four = (struct sockaddr_in*)to;
  struct sockaddr_in6* six = (struct sockaddr_in6*)to;
  if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    return sizeof *four;
  }
  if (inet_pton(AF_INET6, address, &six->sin6_addr) != 1) return 0;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  return sizeof *six;
}

static int failed_connect(int error) {
  switch (error) {
    case ECONNREFUSED:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case ENETDOWN: return TLS_REFUSED;
    default: return TLS_BROKEN;
  }
}

int tls_open(tls* connection, uint16_t port) {
  struct sockaddr_storage to;
  const socklen_t size = fill_in(&to, connection->address, port);
  if (size == 0 || mbedtls_ssl_session_reset(&connection->ssl) != 0) return TLS_LOCAL;
  if (connection->has_session)
    (void)mbedtls_ssl_set_session(&connection->ssl, &connection->session);
  connection->connected = false;
  connection->socket = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection->socket < 0) return TLS_LOCAL;
  const int yes = 1;
  (void)setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connection->wants = POLLOUT;
  if (connect(connection->socket, (const struct sockaddr*)&to, size) == 0) return TLS_AGAIN;
  return errno == EINPROGRESS ? TLS_AGAIN : failed_connect(errno);
}

static int finish_connecting(tls* connection) {
  struct pollfd one = {connection->socket, POLLOUT, 0};
  connection->wants = POLLOUT;
  if (poll(&one, 1, 0) == 0) return TLS_AGAIN;
  int error = 0;
  socklen_t size = sizeof error;
  (void)getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return failed_connect(error);
  connection->connected = true;
  connection->wants = 0;
  return TLS_AGAIN;
}

// What every call of mbedTLS comes to, where it failed.
static int result_of(tls* connection, int error) {
  connection->wants = 0;
  switch (error) {
    case MBEDTLS_ERR_SSL_WANT_READ: connection->wants = POLLIN; return TLS_AGAIN;
    case MBEDTLS_ERR_SSL_WANT_WRITE: connection->wants = POLLOUT; return TLS_AGAIN;
    case MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS: return TLS_AGAIN;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: return TLS_CLOSED;
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED: return TLS_UNTRUSTED;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED: return TLS_LOCAL;
    default: return TLS_BROKEN;
  }
}

static void keep_session(tls* connection) {
  mbedtls_ssl_session_free(&connection->session);
  mbedtls_ssl_session_init(&connection->session);
  connection->has_session = mbedtls_ssl_get_session(&connection->ssl, &connection->session) == 0;
}

int tls_shake(tls* connection) {
  if (!connection->connected) return finish_connecting(connection);
  // Message by message: mbedtls_ssl_handshake() would compute as much as the bytes at hand allow.
  const int failed = mbedtls_ssl_handshake_step(&connection->ssl);
  if (failed != 0) {
    const int result = result_of(connection, failed);
    if (result != TLS_AGAIN) connection->has_session = false;
    return result == TLS_BROKEN || result == TLS_CLOSED ? TLS_NO_HANDSHAKE : result;
  }
  connection->wants = 0;
  if (connection->ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) return TLS_AGAIN;
  keep_session(connection);
  return TLS_DONE;
}

int tls_write(tls* connection, const void* bytes, size_t size, size_t* done) {
  const int written = mbedtls_ssl_write(&connection->ssl, bytes, size);
  if (written < 0) return result_of(connection, written);
  connection->wants = 0;
  *done = (size_t)written;
  return TLS_DONE;
}

int tls_read(tls* connection, void* bytes, size_t size, size_t* done) {
  const int got = mbedtls_ssl_read(&connection->ssl, bytes, size);
  if (got <= 0)
    return got == 0 ? TLS_BROKEN : result_of(connection, got);  // 0: cut off, no farewell
  connection->wants = 0;
  *done = (size_t)got;
  return TLS_DONE;
}

void tls_close(tls* connection) {
  if (connection->socket < 0) return;
  if (connection->ssl.state == MBEDTLS_SSL_HANDSHAKE_OVER) {
    (void)mbedtls_ssl_close_notify(&connection->ssl);
  }
  (void)close(connection->socket);
  connection->socket = -1;
  connection->wants = 0;
}

const char* tls_doing(const tls* connection) {
  if (!connection->connected) return "connecting";
  switch (connection->ssl.state) {
    case MBEDTLS_SSL_SERVER_CERTIFICATE: return "handshake: checking the certificate";
    case MBEDTLS_SSL_SERVER_KEY_EXCHANGE: return "handshake: checking the server's key";
    case MBEDTLS_SSL_CLIENT_KEY_EXCHANGE: return "handshake: agreeing on a key";
    default: return "handshake";
  }
}

void tls_reason(const tls* connection, char* text, size_t size) {
  const uint32_t flags = mbedtls_ssl_get_verify_result(&connection->ssl);
  const int length = mbedtls_x509_crt_verify_info(text, size, "", flags);
  if (length < 0) text[0] = '\0';
  for (char* at = text; *at != '\0'; ++at) {
    if (*at == '\n') *at = ' ';
  }
}
