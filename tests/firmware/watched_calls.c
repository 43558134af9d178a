// Linked into the firmware sample, these take the place of the calls that could keep its loop
// waiting: the program ends where one may take longer than a tick, or waits by its nature.
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

static _Noreturn void forbidden(const char* call) {
  (void)fprintf(stderr, "%s may keep the loop waiting\n", call);
  abort();
}

int poll(struct pollfd* descriptors, nfds_t count, int timeout_ms) {
  if (timeout_ms < 0 || timeout_ms > DEVICE_TICK_MS) forbidden("poll()");
  for (nfds_t i = 0; i < count; ++i) {
    if ((fcntl(descriptors[i].fd, F_GETFL) & O_NONBLOCK) == 0) forbidden("a socket");
  }
  const struct timespec limit = {0, timeout_ms * 1000000L};
  return ppoll(descriptors, count, &limit, NULL);
}

int select(int count, fd_set* readable, fd_set* writable, fd_set* broken, struct timeval* limit) {
  (void)count, (void)readable, (void)writable, (void)broken, (void)limit;
  forbidden("select()");
}

int getaddrinfo(const char* name, const char* service, const struct addrinfo* hints,
                struct addrinfo** found) {
  (void)name, (void)service, (void)hints, (void)found;
  forbidden("getaddrinfo()");
}

int nanosleep(const struct timespec* time, struct timespec* left) {
  (void)time, (void)left;
  forbidden("nanosleep()");
}

int usleep(useconds_t time) {
  (void)time;
  forbidden("usleep()");
}

unsigned sleep(unsigned time) {
  (void)time;
  forbidden("sleep()");
}
