/* The smallest program that fetches tokens with libcurl, and cleans up: what does its memory hold
 * then? */
#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

static size_t drop(char* data, size_t size, size_t count, void* unused) {
  (void)data;
  (void)unused;
  return size * count;
}

int main(int argc, char** argv) {
  CURL* easy = NULL;
  char byte;
  if (argc != 2 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return 2;
  easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "grant_type=refresh_token");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  if (curl_easy_perform(easy) != CURLE_OK) return 1;
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  puts("done");
  fflush(stdout);
  return read(STDIN_FILENO, &byte, 1) < 0;
}
