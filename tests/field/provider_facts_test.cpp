// What the built-in descriptions ask of servers that were run.
#include <gtest/gtest.h>

#include <deviceflow/provider.hpp>

namespace deviceflow::test {
namespace {

// Its device flow refuses openid, and its users cannot approve a login without a scope.
TEST(ProviderFacts, SpringIsAskedForAScopeThatItsDeviceFlowCanGrant) {
  const auto spring = builtin_provider("spring");
  ASSERT_TRUE(spring.ok()) << spring.error().message;
  const auto resolved = spring->resolve({{"host", "idp.example.com"}});
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
  EXPECT_EQ(resolved->scope, "profile");
}

}  // namespace
}  // namespace deviceflow::test
