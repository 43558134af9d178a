#include "canned_login.h"

#include <deviceflow/deviceflow.h>
#include <string.h>

#define TEXT(literal) \
  { (literal), sizeof(literal) - 1 }
#define CHECK(condition) \
  if (!(condition)) return __LINE__

static const deviceflow_pair kJson[] = {
    {TEXT("Content-Type"), TEXT("application/json;charset=UTF-8")},
    {TEXT("Cache-Control"), TEXT("no-store")},
    {TEXT("Date"), TEXT("Mon, 02 Nov 2026 10:00:00 GMT")},
};

typedef struct canned_answer {
  const char* url;
  const char* in_body;  // what the request has to say
  int status;
  deviceflow_text body;
} canned_answer;

static const canned_answer kAnswers[] = {
    {"https://id.example.com/device_authorization", "scope=openid+offline_access&client_id=tv", 200,
     TEXT("{\"device_code\":\"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS\","
          "\"user_code\":\"WDJB-MJHT\","
          "\"verification_uri\":\"https://id.example.com/device\","
          "\"verification_uri_complete\":\"https://id.example.com/device?user_code=WDJB-MJHT\","
          "\"expires_in\":1800,\"interval\":5}")},
    {"https://id.example.com/token",
     "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_", 400,
     TEXT("{\"error\":\"authorization_pending\",\"error_description\":\"Not yet.\"}")},
    {"https://id.example.com/token", "device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS", 400,
     TEXT("{\"error\":\"authorization_pending\",\"error_description\":\"Not yet.\"}")},
    {"https://id.example.com/token", "client_id=tv", 200,
     TEXT("{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA\","
          "\"token_type\":\"Bearer\",\"expires_in\":3600,"
          "\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIAtGzv3JOkF0XG5Qx2TlKWIA\","
          "\"scope\":\"openid offline_access\"}")},
};
enum { kAnswerCount = sizeof kAnswers / sizeof kAnswers[0] };

static int same(deviceflow_text text, const char* expected) {
  return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static int holds(deviceflow_text text, const char* part) {
  const size_t size = strlen(part);
  for (size_t i = 0; i + size <= text.size; ++i) {
    if (memcmp(text.data + i, part, size) == 0) return 1;
  }
  return 0;
}

static int give_answer(deviceflow_login* login, const deviceflow_request* request, int64_t now_ms,
                       const canned_answer* canned) {
  CHECK(request->method == DEVICEFLOW_POST);
  CHECK(same(request->url, canned->url));
  CHECK(holds(request->body, canned->in_body));
  deviceflow_response response = {.size = sizeof response};
  response.status = canned->status;
  response.headers = kJson;
  response.header_count = sizeof kJson / sizeof kJson[0];
  response.body = canned->body;
  CHECK(deviceflow_login_answer(login, now_ms, &response) == DEVICEFLOW_OK);
  return 0;
}

static int show_codes(deviceflow_login* login) {
  deviceflow_codes codes = {.size = sizeof codes};
  CHECK(deviceflow_login_codes(login, &codes) == DEVICEFLOW_OK);
  CHECK(same(codes.user_code, "WDJB-MJHT"));
  CHECK(same(codes.verification_uri, "https://id.example.com/device"));
  CHECK(codes.interval_s == 5);
  return 0;
}

static int run(deviceflow_login* login, void (*at)(enum canned_moment moment)) {
  int64_t now_ms = 1000;
  int answered = 0;
  for (;;) {
    deviceflow_step step = {.size = sizeof step};
    CHECK(deviceflow_login_step(login, now_ms, &step) == DEVICEFLOW_OK);
    if (step.action == DEVICEFLOW_FINISHED) break;
    if (step.action == DEVICEFLOW_WAIT) {
      CHECK(step.wait_until_ms > now_ms);
      now_ms = step.wait_until_ms;
      if (at != NULL) at(CANNED_POLL_BEGINS);
      continue;
    }
    CHECK(answered < kAnswerCount);
    now_ms += 200;
    const int wrong = give_answer(login, step.request, now_ms, &kAnswers[answered]);
    if (wrong != 0) return wrong;
    ++answered;
    if (answered == 1) {
      const int hidden = show_codes(login);
      if (hidden != 0) return hidden;
    }
    if (at != NULL) at(answered == 1 ? CANNED_CODES_SHOWN : CANNED_POLL_ANSWERED);
  }
  CHECK(answered == kAnswerCount);
  CHECK(now_ms >= 16000);  // three polls at an interval of five seconds
  deviceflow_tokens tokens = {.size = sizeof tokens};
  CHECK(deviceflow_login_tokens(login, &tokens) == DEVICEFLOW_OK);
  CHECK(same(tokens.access_token, "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA"));
  CHECK(same(tokens.refresh_token, "tGzv3JOkF0XG5Qx2TlKWIAtGzv3JOkF0XG5Qx2TlKWIA"));
  CHECK(tokens.expires_in_s == 3600);
  return 0;
}

int canned_login(void (*at)(enum canned_moment moment)) {
  const deviceflow_client_options who = {
      .size = sizeof who,
      .client_id = TEXT("tv"),
      .device_authorization_endpoint = TEXT("https://id.example.com/device_authorization"),
      .token_endpoint = TEXT("https://id.example.com/token"),
  };
  deviceflow_client* client = NULL;
  CHECK(deviceflow_client_new(&who, &client) == DEVICEFLOW_OK);
  const deviceflow_login_options options = {
      .size = sizeof options,
      .scope = TEXT("openid offline_access"),
      .seed = 1,
  };
  deviceflow_login* login = NULL;
  const int made = deviceflow_login_new(client, &options, &login);
  deviceflow_client_free(client);
  CHECK(made == DEVICEFLOW_OK);
  const int wrong = run(login, at);
  deviceflow_login_free(login);
  return wrong;
}
