package interop;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Spring Authorization Server as its documentation sets it up, with three clients and one user. */
@SpringBootApplication
public class AuthorizationServer {
  public static void main(String[] arguments) {
    SpringApplication.run(AuthorizationServer.class, arguments);
  }

  @Bean
  @Order(1)
  SecurityFilterChain protocol(HttpSecurity http, RegisteredClientRepository clients) throws Exception {
    OAuth2AuthorizationServerConfigurer server = new OAuth2AuthorizationServerConfigurer();
    http.securityMatcher(server.getEndpointsMatcher())
        .with(server, it -> it
            .deviceAuthorizationEndpoint(endpoint -> endpoint.verificationUri("/activate"))
            .clientAuthentication(methods -> methods
                .authenticationConverter(AuthorizationServer::publicClient)
                .authenticationProvider(new PublicClients(clients)))
            .oidc(Customizer.withDefaults()))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(errors -> errors.defaultAuthenticationEntryPointFor(
            new LoginUrlAuthenticationEntryPoint("/login"), new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
        .oauth2ResourceServer(resources -> resources.jwt(Customizer.withDefaults()));
    return http.build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain pages(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults())
        .build();
  }

  /** Spring itself knows a client without a secret only with PKCE, so integrators add this for devices. */
  private static Authentication publicClient(HttpServletRequest request) {
    boolean device = request.getRequestURI().equals("/oauth2/device_authorization")
        || AuthorizationGrantType.DEVICE_CODE.getValue().equals(request.getParameter("grant_type"));
    boolean proves = request.getHeader("Authorization") != null || request.getParameter("client_secret") != null;
    String id = request.getParameter("client_id");
    if (!device || proves || id == null) {
      return null;
    }
    return new OAuth2ClientAuthenticationToken(id, ClientAuthenticationMethod.NONE, null, Map.of());
  }

  private record PublicClients(RegisteredClientRepository clients) implements AuthenticationProvider {
    @Override
    public Authentication authenticate(Authentication request) {
      OAuth2ClientAuthenticationToken asked = (OAuth2ClientAuthenticationToken) request;
      if (!ClientAuthenticationMethod.NONE.equals(asked.getClientAuthenticationMethod())) {
        return null;
      }
      RegisteredClient client = clients.findByClientId(asked.getName());
      if (client == null || !client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
      }
      return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
    }

    @Override
    public boolean supports(Class<?> type) {
      return OAuth2ClientAuthenticationToken.class.isAssignableFrom(type);
    }
  }

  @Bean
  RegisteredClientRepository clients() {
    return new InMemoryRegisteredClientRepository(
        client("public", 300).clientAuthenticationMethod(ClientAuthenticationMethod.NONE).build(),
        client("short", 8).clientAuthenticationMethod(ClientAuthenticationMethod.NONE).build(),
        client("basic", 300).clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            .clientSecret("{noop}basic-secret").build());
  }

  private static RegisteredClient.Builder client(String id, int secondsOfCode) {
    return RegisteredClient.withId(id)
        .clientId(id)
        .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
        .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
        .scope("openid")
        .scope("profile")
        .tokenSettings(TokenSettings.builder()
            .deviceCodeTimeToLive(Duration.ofSeconds(secondsOfCode))
            .reuseRefreshTokens(false)
            .build());
  }

  @Bean
  UserDetailsService users() {
    return new InMemoryUserDetailsManager(User.withUsername("alice").password("{noop}alice-password").build());
  }

  /** Forgets the user's consent, so that every login can be refused. */
  @Bean
  OAuth2AuthorizationConsentService consents() {
    return new OAuth2AuthorizationConsentService() {
      @Override
      public void save(OAuth2AuthorizationConsent consent) {}

      @Override
      public void remove(OAuth2AuthorizationConsent consent) {}

      @Override
      public OAuth2AuthorizationConsent findById(String client, String user) {
        return null;
      }
    };
  }

  @Bean
  JWKSource<SecurityContext> keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    RSAKey key = new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey(pair.getPrivate()).keyID("k1").build();
    return new ImmutableJWKSet<>(new JWKSet(key));
  }

  /** Spring has no page of its own for the user code. */
  @RestController
  static class Pages {
    @GetMapping("/activate")
    String activate(@RequestParam(name = "user_code", defaultValue = "") String code, CsrfToken csrf) {
      String safe = code.replaceAll("[^A-Z-]", "");
      return "<form method=post action=/oauth2/device_verification><input name=user_code value='" + safe + "'>"
          + "<input type=hidden name=_csrf value='" + csrf.getToken() + "'><button>Continue</button></form>";
    }

    @GetMapping("/")
    String done() {
      return "Signed in.";
    }
  }
}
