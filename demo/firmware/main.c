// A device that signs in, as firmware would: one thread and one loop that never waits longer than
// DEVICE_TICK_MS, no file but its flash. `--help` says how to run it, README.md how to read it.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "device.h"
#include "flash_file.h"
#include "options.h"

enum { CA_BYTES = 16384, HOST_BYTES = 256 };

// The host of an https URL. False where it is none.
static bool host_of(const char* url, char* host, size_t capacity) {
  static const char kScheme[] = "https://";
  if (strncmp(url, kScheme, sizeof kScheme - 1) != 0) return false;
  url += sizeof kScheme - 1;
  const size_t size = strcspn(url, ":/");
  if (size == 0 || size >= capacity) return false;
  memcpy(host, url, size);
  host[size] = '\0';
  return true;
}

// The whole file with a zero at the end, as mbedTLS wants PEM. Answers the size with it, or 0.
static size_t read_ca(const char* path, char* into, size_t capacity) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return 0;
  const size_t size = fread(into, 1, capacity - 1, file);
  const bool whole = feof(file) != 0;
  (void)fclose(file);
  into[size] = '\0';
  return whole ? size + 1 : 0;
}

// ---- The loop -----------------------------------------------------------------------------------

typedef struct longest {
  int64_t us;
  const char* work;
} longest;

typedef struct figures {
  long turns;
  longest turn;       // as the clock on the wall has it: what else the computer did counts
  longest computing;  // of this program alone
  int wait_ms;
} figures;

static void note(longest* so_far, int64_t us, const char* work) {
  if (us > so_far->us) *so_far = (longest){us, work};
}

static void print_figures(const figures* all) {
  (void)fprintf(stderr,
                "Turns of the loop: %ld\n"
                "Longest turn: %.3f ms (%s)\n"
                "Longest computing in a turn: %.3f ms (%s)\n"
                "Longest wait between turns: %d ms\n",
                all->turns, (double)all->turn.us / 1000, all->turn.work,
                (double)all->computing.us / 1000, all->computing.work, all->wait_ms);
}

// Everything else that a device does would stand in here.
static void run(device* self) {
  figures all = {.turn = {0, "none"}, .computing = {0, "none"}};
  int result = DEVICE_GOES_ON;
  while (result == DEVICE_GOES_ON) {
    const char* work = device_doing(self);
    const int64_t begin_us = board_us();
    const int64_t computed_us = board_computing_us();
    const device_time time = board_time();
    result = device_turn(self, time);
    ++all.turns;
    note(&all.turn, board_us() - begin_us, work);
    note(&all.computing, board_computing_us() - computed_us, work);
    const int pause_ms = device_pause_ms(self, time.now_ms);
    if (pause_ms > all.wait_ms) all.wait_ms = pause_ms;
    const tls* connection = self->exchange->connection;
    struct pollfd ready = {connection->socket, connection->wants, 0};
    (void)poll(&ready, connection->socket >= 0 ? 1 : 0, pause_ms);
  }
  print_figures(&all);
}

static int start(const options* from, device* self, tls* connection, flash_file* file) {
  static char ca[CA_BYTES];
  static char host[HOST_BYTES];
  if (!host_of(from->token_endpoint, host, sizeof host)) {
    return usage_error("is no https URL", from->token_endpoint);
  }
  const size_t ca_size = read_ca(from->ca, ca, sizeof ca);
  if (ca_size == 0) return usage_error("can't be read, or is over 16 KB", from->ca);
  if (tls_set_up(connection, host, from->address, ca, ca_size) != 0) {
    return usage_error("holds no certificate that can be used", from->ca);
  }
  flash chip;
  if (flash_file_open(file, from->flash, &chip) < 0) {
    return usage_error(strerror(errno), from->flash);
  }
  if (record_open(self->store, &chip) < 0) return usage_error("can't be read", from->flash);
  const device_config config = {
      {from->client_id, strlen(from->client_id)},
      {from->scope, strlen(from->scope)},
      {from->device_authorization_endpoint, strlen(from->device_authorization_endpoint)},
      {from->token_endpoint, strlen(from->token_endpoint)}};
  const int status = device_start(self, &config, board_time());
  return status == DEVICEFLOW_OK ? 0 : usage_error("(client)", deviceflow_error_string(status));
}

int main(int count, char** arguments) {
  static tls connection;
  static https exchange = {.connection = &connection};
  static record_store store;
  static display screen = {.draw = board_draw_text};
  static device self = {.exchange = &exchange,
                        .store = &store,
                        .screen = &screen,
                        .draw_qr = board_draw_qr,
                        .say = board_say};
  if (count == 2 && strcmp(arguments[1], "--help") == 0) {
    print_help();
    return 0;
  }
  options from;
  int exit_code = read_options(&from, count, arguments);
  if (exit_code != 0) return exit_code;
  flash_file file = {.descriptor = -1};
  exit_code = start(&from, &self, &connection, &file);
  if (exit_code == 0) {
    run(&self);
    exit_code = self.exit_code;
  }
  device_free(&self);
  tls_free(&connection);
  flash_file_close(&file);
  return exit_code;
}
