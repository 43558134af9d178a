// The command line: what a product has built in.
#ifndef FIRMWARE_OPTIONS_H
#define FIRMWARE_OPTIONS_H

enum { USAGE_EXIT = 2 };

typedef struct options {
  const char* device_authorization_endpoint;
  const char* token_endpoint;
  const char* client_id;
  const char* scope;
  const char* address;
  const char* ca;
  const char* flash;
} options;

void print_help(void);
/// 0, or USAGE_EXIT: why has been printed.
int read_options(options* into, int count, char** arguments);
/// Prints what is wrong with a value. USAGE_EXIT.
int usage_error(const char* what, const char* which);

#endif
