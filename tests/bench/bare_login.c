/* The least that a device login costs: libcurl, a loop, and searching for strings.
 *
 *   bare_login DEVICE_AUTHORIZATION_ENDPOINT TOKEN_ENDPOINT CLIENT_ID CA_FILE
 *
 * It sends the same bytes as the SDK and trusts the same file, and has none of its checks. The
 * baseline of tests/bench/run. */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char answer[16384];
static size_t answer_size;

static size_t on_body(char* from, size_t size, size_t count, void* unused) {
  (void)unused;
  const size_t n = size * count;
  if (n >= sizeof answer - answer_size) return 0;
  memcpy(answer + answer_size, from, n);
  answer_size += n;
  answer[answer_size] = '\0';
  return n;
}

static long post(CURL* easy, const char* url, const char* body) {
  answer_size = 0;
  answer[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) {
    fprintf(stderr, "bare_login: %s\n", curl_easy_strerror(code));
    exit(1);
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* What follows "name": in the last answer, or an empty string. */
static const char* member(const char* name) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":", name);
  const char* at = strstr(answer, key);
  if (at == NULL) return "";
  at += strlen(key);
  return at + strspn(at, " \"");
}

static void wait_seconds(time_t seconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += seconds;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}

static CURL* start(const char* ca_file) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* easy = curl_easy_init();
  struct curl_slist* headers = curl_slist_append(NULL, "Accept: application/json");
  headers = curl_slist_append(headers, "Content-Type: application/x-www-form-urlencoded");
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "deviceflow/0.1");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* else the system's folder is trusted as well */
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  return easy;
}

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  CURL* easy = start(argv[4]);
  char body[1024];
  snprintf(body, sizeof body, "client_id=%s", argv[3]);
  if (post(easy, argv[1], body) != 200) return 1;
  const time_t interval = atol(member("interval"));
  const char* code = member("device_code");
  snprintf(body, sizeof body,
           "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Adevice_code&device_code=%.*"
           "s&client_id=%s",
           (int)strcspn(code, "\""), code, argv[3]);
  int polls = 0;
  do {
    wait_seconds(interval);
    ++polls;
  } while (post(easy, argv[2], body) == 400 &&
           strncmp(member("error"), "authorization_pending\"", 22) == 0);
  if (*member("access_token") == '\0') return 1;
  printf("logged in after %d polls\n", polls);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return 0;
}
