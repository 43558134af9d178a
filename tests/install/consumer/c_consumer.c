// Asks an installed C API for the first request of a login.
#include <deviceflow/deviceflow.h>
#include <stdio.h>
#include <string.h>

static deviceflow_text text(const char* words) {
  deviceflow_text out = {words, strlen(words)};
  return out;
}

int main(void) {
  deviceflow_client_options options = {.size = sizeof options};
  options.client_id = text("tv");
  options.device_authorization_endpoint = text("https://id.example.com/device_authorization");
  options.token_endpoint = text("https://id.example.com/token");
  deviceflow_login_options how = {.size = sizeof how};
  deviceflow_step step = {.size = sizeof step};
  deviceflow_client* client = NULL;
  deviceflow_login* login = NULL;
  int status = deviceflow_client_new(&options, &client);
  if (status == DEVICEFLOW_OK) status = deviceflow_login_new(client, &how, &login);
  if (status == DEVICEFLOW_OK) status = deviceflow_login_step(login, 0, &step);
  if (status != DEVICEFLOW_OK || step.action != DEVICEFLOW_SEND) {
    fprintf(stderr, "%s\n", deviceflow_error_string(status));
    return 1;
  }
  printf("%.*s\n", (int)step.request->body.size, step.request->body.data);
  deviceflow_login_free(login);
  deviceflow_client_free(client);
  return 0;
}
