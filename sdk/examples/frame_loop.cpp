#include <deviceflow.hpp>
#include <iostream>
#include <thread>

int main() {
  deviceflow::Session session({"https://id.example.com", "my-game", "openid"});
  auto sign_in = session.begin_sign_in();
  while (!sign_in.poll()) {
    if (const auto* codes = sign_in.codes()) {  // draw them
      std::cout << codes->verification_uri << " " << codes->user_code << "\n";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(16));  // the next frame
  }
  const auto token = sign_in.result();
  if (!token.ok()) std::cerr << token.error().message << "\n";
  return token.ok() ? 0 : 1;
}
