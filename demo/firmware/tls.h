// A TLS connection over a socket, by mbedTLS, that never waits: every call does one small thing and
// says what it needs to go on.
#ifndef FIRMWARE_TLS_H
#define FIRMWARE_TLS_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_result {
  TLS_AGAIN = 0,  ///< Call again once the socket is ready for `wants`; 0: at once.
  TLS_DONE = 1,
  TLS_CLOSED = -1,        ///< The server has ended the connection in good order.
  TLS_REFUSED = -2,       ///< Nothing listens there, or no route leads there.
  TLS_BROKEN = -3,        ///< The connection broke.
  TLS_UNTRUSTED = -4,     ///< The certificate is not one that may be trusted.
  TLS_NO_HANDSHAKE = -5,  ///< TLS could not be set up.
  TLS_LOCAL = -6          ///< This device's own trouble: no socket, no memory.
};

/// One server, and one connection to it at a time. Stays where it is once it was set up.
typedef struct tls {
  const char* host;     ///< The name in the certificate.
  const char* address;  ///< Where it is: numeric, IPv4 or IPv6.
  int socket;           ///< -1: none.
  short wants;          ///< POLLIN, POLLOUT or 0.
  bool connected;
  bool has_session;  // a handshake that can be taken up
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_x509_crt trusted;
  mbedtls_ssl_config config;
  mbedtls_ssl_context ssl;
  mbedtls_ssl_session session;
} tls;

/// `ca` is PEM with a zero at the end, which counts for `size`. 0, or mbedTLS's error number.
int tls_set_up(tls* connection, const char* host, const char* address, const char* ca, size_t size);
void tls_free(tls* connection);
/// Random bytes of the device. 0, or mbedTLS's error number.
int tls_random(tls* connection, void* bytes, size_t size);

/// Begins to connect. TLS_AGAIN, REFUSED or LOCAL.
int tls_open(tls* connection, uint16_t port);
/// One step of connecting and of the handshake; TLS_DONE once there is a connection to the right
/// server.
int tls_shake(tls* connection);
/// `done` is set to the number of bytes with TLS_DONE.
int tls_write(tls* connection, const void* bytes, size_t size, size_t* done);
int tls_read(tls* connection, void* bytes, size_t size, size_t* done);
void tls_close(tls* connection);
/// What the next step of the handshake is about, for measuring.
const char* tls_doing(const tls* connection);
/// Why a certificate is TLS_UNTRUSTED, in mbedTLS's words.
void tls_reason(const tls* connection, char* text, size_t size);

#endif
