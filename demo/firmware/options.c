#include "options.h"

#include <stdio.h>
#include <string.h>

void print_help(void) {
  puts(
      "usage: deviceflow-firmware --device-authorization-endpoint URL --token-endpoint URL\n"
      "                           --client-id ID --ca FILE --flash FILE [options]\n"
      "Signs in as a device would that has firmware in C. The display is printed on stdout, what "
      "a\n"
      "serial line would tell on stderr. A login that is stored is renewed; one that waits goes "
      "on.\n\n"
      "  --ca FILE      PEM, the authorities to trust, and no others\n"
      "  --flash FILE   two slots of flash; made where it is missing, and removed to sign out\n"
      "  --address IP   where the host of both URLs is (127.0.0.1): nothing is looked up\n"
      "  --scope SCOPE  what to ask for\n"
      "Ends with 0 signed in, 1 not signed in, 2 a command line that can't be used.");
}

int usage_error(const char* what, const char* which) {
  (void)fprintf(stderr, "deviceflow-firmware: %s %s\n", which, what);
  return USAGE_EXIT;
}

static const char** option_named(options* from, const char* name) {
  const struct {
    const char* name;
    const char** value;
  } known[] = {
      {"--device-authorization-endpoint", &from->device_authorization_endpoint},
      {"--token-endpoint", &from->token_endpoint},
      {"--client-id", &from->client_id},
      {"--scope", &from->scope},
      {"--address", &from->address},
      {"--ca", &from->ca},
      {"--flash", &from->flash},
  };
  for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
    if (strcmp(known[i].name, name) == 0) return known[i].value;
  }
  return NULL;
}

int read_options(options* into, int count, char** arguments) {
  *into = (options){.scope = "", .address = "127.0.0.1"};
  for (int i = 1; i < count; i += 2) {
    const char** value = option_named(into, arguments[i]);
    if (value == NULL) return usage_error("is no option", arguments[i]);
    if (i + 1 == count) return usage_error("needs a value", arguments[i]);
    *value = arguments[i + 1];
  }
  if (into->device_authorization_endpoint == NULL) {
    return usage_error("is missing", "--device-authorization-endpoint");
  }
  if (into->token_endpoint == NULL) return usage_error("is missing", "--token-endpoint");
  if (into->client_id == NULL) return usage_error("is missing", "--client-id");
  if (into->ca == NULL) return usage_error("is missing", "--ca");
  return into->flash == NULL ? usage_error("is missing", "--flash") : 0;
}
