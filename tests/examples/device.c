/* The device around the printed firmware login: libcurl for the network, a terminal for the
 * display. */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <deviceflow/deviceflow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int my_https(const deviceflow_request* request, deviceflow_response* response);
int64_t my_clock_ms(void);
void my_sleep_until(int64_t time_ms);
void my_show(deviceflow_text code, deviceflow_text address);
void my_keep(const deviceflow_tokens* tokens);
int my_login(deviceflow_client* client, uint64_t random);

enum { kMostHeaders = 64 };

static CURL* curl;
static char body[DEVICEFLOW_MAX_ANSWER_BYTES];
static size_t body_size;
static deviceflow_pair headers[kMostHeaders];

static size_t take(char* data, size_t size, size_t count, void* unused) {
  (void)unused;
  if (count > sizeof body - body_size) return 0;
  memcpy(body + body_size, data, count);
  body_size += count;
  return size * count;
}

static deviceflow_text text(const char* words) {
  return (deviceflow_text){words, strlen(words)};
}

int my_https(const deviceflow_request* request, deviceflow_response* response) {
  char line[4096];
  struct curl_slist* lines = NULL;
  for (size_t i = 0; i < request->header_count; ++i) {
    const deviceflow_pair* header = &request->headers[i];
    (void)snprintf(line, sizeof line, "%.*s: %.*s", (int)header->name.size, header->name.data,
                   (int)header->value.size, header->value.data);
    lines = curl_slist_append(lines, line);
  }
  (void)snprintf(line, sizeof line, "%.*s", (int)request->url.size, request->url.data);
  body_size = 0;
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, line);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  if (request->method == DEVICEFLOW_POST) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->body.size);
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->body.data);
  }
  const CURLcode sent = curl_easy_perform(curl);
  curl_slist_free_all(lines);
  if (sent != CURLE_OK) return DEVICEFLOW_FAILURE_CONNECTION + 1;

  struct curl_header* header = NULL;
  response->headers = headers;
  while (response->header_count < kMostHeaders &&
         (header = curl_easy_nextheader(curl, CURLH_HEADER, 0, header)) != NULL) {
    headers[response->header_count++] = (deviceflow_pair){text(header->name), text(header->value)};
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  response->status = (int)status;
  response->body = (deviceflow_text){body, body_size};
  return 0;
}

int64_t my_clock_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void my_sleep_until(int64_t time_ms) {
  const int64_t left = time_ms - my_clock_ms();
  if (left <= 0) return;
  const struct timespec wait = {.tv_sec = (time_t)(left / 1000),
                                .tv_nsec = (long)(left % 1000) * 1000000};
  (void)nanosleep(&wait, NULL);
}

void my_show(deviceflow_text code, deviceflow_text address) {
  printf("Open %.*s and enter %.*s\n", (int)address.size, address.data, (int)code.size, code.data);
}

void my_keep(const deviceflow_tokens* tokens) {
  printf("Signed in for %lld s.\n", (long long)tokens->expires_in_s);
}

int main(void) {
  const char* issuer = getenv("DEVICEFLOW_TEST_ISSUER");
  if (issuer == NULL) return 2;
  char codes_url[256];
  char token_url[256];
  (void)snprintf(codes_url, sizeof codes_url, "%s/device_authorization", issuer);
  (void)snprintf(token_url, sizeof token_url, "%s/token", issuer);
  const deviceflow_client_options options = {.size = sizeof options,
                                             .client_id = text("demo-tv"),
                                             .device_authorization_endpoint = text(codes_url),
                                             .token_endpoint = text(token_url)};
  deviceflow_client* client = NULL;
  curl = curl_easy_init();
  int status = curl == NULL ? DEVICEFLOW_OUT_OF_MEMORY : deviceflow_client_new(&options, &client);
  if (status == DEVICEFLOW_OK) status = my_login(client, (uint64_t)my_clock_ms());
  if (status != DEVICEFLOW_OK) fprintf(stderr, "%s\n", deviceflow_error_string(status));
  deviceflow_client_free(client);
  curl_easy_cleanup(curl);
  return status == DEVICEFLOW_OK ? 0 : 1;
}
