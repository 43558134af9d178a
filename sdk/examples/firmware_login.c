#include <deviceflow/deviceflow.h>

/* 0 and a response, or a deviceflow_failure_kind + 1. The response is valid until the next call. */
int my_https(const deviceflow_request* request, deviceflow_response* response);
int64_t my_clock_ms(void);
void my_sleep_until(int64_t time_ms);
void my_show(deviceflow_text code, deviceflow_text address);
void my_keep(const deviceflow_tokens* tokens);
int my_login(deviceflow_client* client, uint64_t random); /* below */

static int take_step(deviceflow_login* login, const deviceflow_request* request) {
  deviceflow_response response = {.size = sizeof response};
  const int failed = my_https(request, &response);
  if (failed == 0) return deviceflow_login_answer(login, my_clock_ms(), &response);
  const deviceflow_failure failure = {.size = sizeof failure, .kind = failed - 1};
  return deviceflow_login_failure(login, my_clock_ms(), &failure);
}

int my_login(deviceflow_client* client, uint64_t random) {
  const deviceflow_login_options options = {.size = sizeof options, .seed = random};
  deviceflow_login* login = NULL;
  int status = deviceflow_login_new(client, &options, &login);
  while (status == DEVICEFLOW_OK) {
    deviceflow_step step = {.size = sizeof step};
    status = deviceflow_login_step(login, my_clock_ms(), &step);
    if (status != DEVICEFLOW_OK || step.action == DEVICEFLOW_FINISHED) break;
    if (step.action == DEVICEFLOW_SEND) status = take_step(login, step.request);
    deviceflow_codes codes = {.size = sizeof codes};
    if (deviceflow_login_codes(login, &codes) == DEVICEFLOW_OK) {
      my_show(codes.user_code, codes.verification_uri);
    }
    if (step.action == DEVICEFLOW_WAIT) my_sleep_until(step.wait_until_ms);
  }
  deviceflow_tokens tokens = {.size = sizeof tokens};
  if (status == DEVICEFLOW_OK) status = deviceflow_login_tokens(login, &tokens);
  if (status == DEVICEFLOW_OK) my_keep(&tokens);
  deviceflow_login_free(login);
  return status; /* deviceflow_error_string() names it, deviceflow_login_error() says more */
}
