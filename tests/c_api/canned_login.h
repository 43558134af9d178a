// A whole login through the C API on canned bytes: what a C program writes, without its network.
#ifndef DEVICEFLOW_TESTS_CANNED_LOGIN_H
#define DEVICEFLOW_TESTS_CANNED_LOGIN_H

#ifdef __cplusplus
extern "C" {
#endif

// Where a measuring caller may look around.
enum canned_moment {
  CANNED_CODES_SHOWN,
  CANNED_POLL_BEGINS,
  CANNED_POLL_ANSWERED,
};

// Logs in: a request for codes, two polls that are pending, one with tokens. `at` may be null; it
// is called at every moment. 0, or the line of this file where something was not as it should be.
int canned_login(void (*at)(enum canned_moment moment));

#ifdef __cplusplus
}
#endif

#endif
