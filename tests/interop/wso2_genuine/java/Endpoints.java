import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import org.apache.oltu.oauth2.common.exception.OAuthProblemException;
import org.json.JSONObject;
import org.wso2.carbon.context.PrivilegedCarbonContext;
import org.wso2.carbon.identity.core.util.IdentityUtil;
import org.wso2.carbon.identity.oauth.common.OAuthConstants;
import org.wso2.carbon.identity.oauth.config.OAuthServerConfiguration;
import org.wso2.carbon.identity.oauth2.OAuth2Service;
import org.wso2.carbon.identity.oauth2.OAuth2TokenValidationService;
import org.wso2.carbon.identity.oauth2.ResponseHeader;
import org.wso2.carbon.identity.oauth2.authz.OAuthAuthzReqMessageContext;
import org.wso2.carbon.identity.oauth2.bean.OAuthClientAuthnContext;
import org.wso2.carbon.identity.oauth2.client.authentication.OAuthClientAuthnService;
import org.wso2.carbon.identity.oauth2.device.api.DeviceAuthService;
import org.wso2.carbon.identity.oauth2.device.api.DeviceAuthServiceImpl;
import org.wso2.carbon.identity.oauth2.device.response.DeviceFlowResponseTypeHandler;
import org.wso2.carbon.identity.oauth2.dto.OAuth2AccessTokenReqDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuth2AccessTokenRespDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuth2AuthorizeReqDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuth2IntrospectionResponseDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuth2TokenValidationRequestDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuth2TokenValidationResponseDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuthRevocationRequestDTO;
import org.wso2.carbon.identity.oauth2.dto.OAuthRevocationResponseDTO;
import org.wso2.carbon.identity.oauth2.internal.OAuth2ServiceComponentHolder;
import org.wso2.carbon.identity.oauth2.model.CarbonOAuthTokenRequest;
import org.wso2.carbon.identity.oauth2.util.OAuth2Util;

/** The paths, the HTTP status and the JSON around WSO2's services: what the product has in its web applications. */
class Endpoints extends HttpServlet {
  private static final String JSON = "application/json";
  private static final String ADMIN = "Basic " + Base64.getEncoder().encodeToString("admin:admin".getBytes());

  private final Path home;
  private final OAuthClientAuthnService clients = new OAuthClientAuthnService();
  private final DeviceAuthService devices = new DeviceAuthServiceImpl();
  private final OAuth2Service service = new OAuth2Service();
  private final OAuth2TokenValidationService tokens = new OAuth2TokenValidationService();

  Endpoints(Path home) {
    this.home = home;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Platform.enterTenant();
    try {
      request.setCharacterEncoding("UTF-8");
      route(request, response);
    } catch (Refusal refusal) {
      refuse(response, refusal, JSON);
    } catch (Exception error) {
      error.printStackTrace();
      response.sendError(500, error.toString());
    } finally {
      PrivilegedCarbonContext.endTenantFlow();
    }
  }

  private void route(HttpServletRequest request, HttpServletResponse response) throws Exception {
    switch (request.getMethod() + " " + request.getRequestURI()) {
      case "POST /oauth2/device_authorize" -> authorizeDevice(request, response);
      case "POST /oauth2/token" -> issue(request, response);
      case "POST /oauth2/introspect" -> introspect(request, response);
      case "POST /oauth2/revoke" -> revoke(request, response);
      case "GET /oauth2/userinfo" -> describeUser(request, response);
      case "GET /oauth2/jwks" -> write(response, 200, JSON, keys());
      case "GET /oauth2/token/.well-known/openid-configuration" -> write(response, 200, JSON, metadata());
      case "POST /oauth2/device" -> submit(request, response);
      case "POST /commonauth" -> consent(request, response);
      default -> response.sendError(404);
    }
  }

  private static void write(HttpServletResponse response, int status, String type, Object body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  private static void refuse(HttpServletResponse response, Refusal refusal, String type) throws IOException {
    if (refusal.status == 401) {
      response.setHeader("WWW-Authenticate", "Basic realm=localhost");
    }
    write(response, refusal.status, type, error(refusal.error, refusal.getMessage()));
  }

  private static JSONObject error(String code, String description) {
    return new JSONObject().put("error_description", description).put("error", code);
  }

  private static void copyHeaders(ResponseHeader[] headers, HttpServletResponse response) {
    for (ResponseHeader header : headers == null ? new ResponseHeader[0] : headers) {
      if (header != null) {
        response.setHeader(header.getKey(), header.getValue());
      }
    }
  }

  private static void forbidStoring(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Pragma", "no-cache");
  }

  // ---- Clients --------------------------------------------------------------------------------

  /** The client, authenticated or not, as WSO2's authenticators find it. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private OAuthClientAuthnContext client(HttpServletRequest request) {
    Map<String, List> form = new HashMap<>();
    request.getParameterMap().forEach((name, values) -> form.put(name, new ArrayList<>(Arrays.asList(values))));
    OAuthClientAuthnContext client = clients.authenticateClient(request, form);
    if (!client.isPreviousAuthenticatorEngaged()) {
      client.setErrorCode("invalid_client");
      client.setErrorMessage("Unsupported client authentication mechanism");
    }
    request.setAttribute(OAuthConstants.CLIENT_AUTHN_CONTEXT, client);
    return client;
  }

  private static void refuseRepeatedParameters(HttpServletRequest request) throws Refusal {
    if (request.getParameterMap().values().stream().anyMatch(values -> values.length > 1)) {
      throw new Refusal(400, "invalid_request", "Invalid request with repeated parameters.");
    }
  }

  // ---- The device -----------------------------------------------------------------------------

  private void authorizeDevice(HttpServletRequest request, HttpServletResponse response) throws Exception {
    OAuthClientAuthnContext client = client(request);
    if (!client.isAuthenticated()) {
      throw Release.refusal(client);
    }
    if (Release.REFUSES_REPEATED_PARAMETERS) {
      refuseRepeatedParameters(request);
    }
    String id = client.getClientId();
    String deviceCode = UUID.randomUUID().toString();
    String userCode = Release.store(devices, deviceCode, id, request.getParameter("scope"));
    long interval = Release.INTERVAL;
    long lifetime = Release.LIFETIME;
    if (!id.startsWith("tv")) { // these clients save time; the others have the product's own times
      interval = 1;
      lifetime = id.equals("short") ? 5 : lifetime;
      Database.setTimes(deviceCode, interval, lifetime - Release.LIFETIME);
    }
    String page = IdentityUtil.getServerURL("/authenticationendpoint/device.do", false, false);
    JSONObject codes = new JSONObject().put("device_code", deviceCode).put("user_code", userCode);
    codes.put("verification_uri", page).put("verification_uri_complete", page + "?user_code=" + userCode);
    codes.put("interval", Release.number(interval)).put("expires_in", Release.number(lifetime));
    write(response, 200, JSON, codes);
  }

  private void issue(HttpServletRequest request, HttpServletResponse response) throws Exception {
    OAuthClientAuthnContext client = client(request);
    refuseRepeatedParameters(request);
    String id = client.getClientId();
    HttpServletRequest parameters = withOneEnumeration(request);
    CarbonOAuthTokenRequest grant;
    try {
      grant = new CarbonOAuthTokenRequest(parameters);
    } catch (OAuthProblemException problem) {
      throw new Refusal(400, "invalid_request", problem.getDescription());
    }
    if (id != null && !client.isMultipleAuthenticatorsEngaged() && service.getOauthApplicationState(id) == null) {
      String unknown = "A valid OAuth client could not be found for client_id: " + id;
      write(response, 401, JSON, error("invalid_client", unknown));
      return;
    }
    OAuth2AccessTokenRespDTO issued = service.issueAccessToken(transfer(grant, client, parameters));
    copyHeaders(issued.getResponseHeaders(), response);
    if (issued.getErrorMsg() != null) {
      throw refusal(issued);
    }
    JSONObject body = new JSONObject().put("access_token", issued.getAccessToken()).put("token_type", "Bearer");
    body.put("refresh_token", issued.getRefreshToken()).put("expires_in", issued.getExpiresIn());
    body.put("scope", issued.getAuthorizedScopes()).put("id_token", issued.getIDToken()); // null is left out
    forbidStoring(response);
    write(response, 200, JSON, body);
  }

  /** CarbonOAuthTokenRequest asks for the names again and again; with a new enumeration each time it never ends. */
  private static HttpServletRequestWrapper withOneEnumeration(HttpServletRequest request) {
    Enumeration<String> names = Collections.enumeration(request.getParameterMap().keySet());
    return new HttpServletRequestWrapper(request) {
      @Override
      public Enumeration<String> getParameterNames() {
        return names;
      }
    };
  }

  private static OAuth2AccessTokenReqDTO transfer(
      CarbonOAuthTokenRequest grant, OAuthClientAuthnContext client, HttpServletRequest parameters) {
    OAuth2AccessTokenReqDTO transfer = new OAuth2AccessTokenReqDTO();
    transfer.setoAuthClientAuthnContext(client);
    transfer.setGrantType(grant.getGrantType());
    transfer.setClientId(client.getClientId());
    transfer.setClientSecret(grant.getClientSecret());
    transfer.setScope(grant.getScopes().toArray(new String[0]));
    transfer.setTenantDomain(grant.getTenantDomain());
    transfer.setRequestParameters(grant.getRequestParameters());
    transfer.setHttpRequestHeaders(grant.getHttpRequestHeaders());
    transfer.setHttpServletRequestWrapper((HttpServletRequestWrapper) parameters);
    if (grant.getGrantType().equals("refresh_token")) {
      transfer.setRefreshToken(grant.getRefreshToken());
    }
    transfer.addAuthenticationMethodReference(grant.getGrantType());
    return transfer;
  }

  private static Refusal refusal(OAuth2AccessTokenRespDTO issued) {
    return switch (issued.getErrorCode()) {
      case "server_error" -> new Refusal(500, "server_error", "Internal Server Error.");
      case "invalid_client" -> new Refusal(401, "invalid_client", issued.getErrorMsg());
      default -> new Refusal(400, issued.getErrorCode(), issued.getErrorMsg());
    };
  }

  // ---- The user -------------------------------------------------------------------------------

  /** The user code; it is good for one submission, whether or not the user signs in then. */
  private void submit(HttpServletRequest request, HttpServletResponse response) throws Exception {
    String code = request.getParameter("user_code");
    if (devices.getClientId(code) == null || !"PENDING".equals(devices.getStatus(code))) {
      response.sendRedirect("/authenticationendpoint/device.do?error=invalidUserCode");
      return;
    }
    devices.setAuthenticationStatus(code);
    response.sendRedirect("/authenticationendpoint/login.do?sessionDataKey=" + code);
  }

  private void consent(HttpServletRequest request, HttpServletResponse response) throws Exception {
    if (!request.getParameter("consent").equals("approve")) {
      response.sendRedirect("/authenticationendpoint/oauth2_error.do?oauthErrorCode=access_denied");
      return;
    }
    String code = request.getParameter("sessionDataKey");
    String client = devices.getClientId(code);
    OAuth2AuthorizeReqDTO approval = new OAuth2AuthorizeReqDTO();
    approval.setConsumerKey(client);
    approval.setNonce(code);
    approval.setUser(Platform.user(request.getParameter("username")));
    approval.setScopes(devices.getScope(code));
    approval.setResponseType("device");
    OAuthAuthzReqMessageContext context = new OAuthAuthzReqMessageContext(approval);
    context.addProperty("OAuthAppDO", OAuth2Util.getAppInformationByClientId(client));
    new DeviceFlowResponseTypeHandler().issue(context);
    response.sendRedirect("/authenticationendpoint/device_success.do?app_name=" + client);
  }

  // ---- Tokens ---------------------------------------------------------------------------------

  private OAuth2TokenValidationRequestDTO question(String type, String token) {
    OAuth2TokenValidationRequestDTO question = new OAuth2TokenValidationRequestDTO();
    OAuth2TokenValidationRequestDTO.OAuth2AccessToken subject = question.new OAuth2AccessToken();
    subject.setTokenType(type);
    subject.setIdentifier(token);
    question.setAccessToken(subject);
    question.setRequiredClaimURIs(new String[0]);
    return question;
  }

  private void describeUser(HttpServletRequest request, HttpServletResponse response) throws Exception {
    String token = String.valueOf(request.getHeader("Authorization")).replaceFirst("^Bearer ", "");
    OAuth2TokenValidationResponseDTO found = tokens.validate(question("bearer", token));
    if (!found.isValid()) {
      response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      write(response, 401, JSON, error("invalid_token", "Access token validation failed"));
      return;
    }
    write(response, 200, JSON, new JSONObject().put("sub", found.getAuthorizedUser().replace("@" + Platform.TENANT, "")));
  }

  /** For a user of the server, not for clients. */
  private void introspect(HttpServletRequest request, HttpServletResponse response) throws Exception {
    if (!ADMIN.equals(request.getHeader("Authorization"))) {
      response.sendError(401);
      return;
    }
    String token = request.getParameter("token");
    if (token == null || token.isBlank()) {
      write(response, 400, JSON, "{\"error\": \"Invalid input\"}");
      return;
    }
    String hint = request.getParameter("token_type_hint");
    String type = hint == null || hint.equals("access_token") ? "bearer" : hint;
    OAuth2IntrospectionResponseDTO found = tokens.buildIntrospectionResponse(question(type, token));
    JSONObject body = new JSONObject().put("active", found.getError() == null && found.isActive());
    if (body.getBoolean("active")) {
      body.put("scope", found.getScope()).put("token_type", found.getTokenType()).put("client_id", found.getClientId());
      body.put("username", found.getUsername()).put("aut", found.getAut());
      body.put("iat", found.getIat()).put("nbf", found.getNbf()).put("exp", found.getExp());
    }
    write(response, 200, JSON, body);
  }

  /** WSO2 labels what it says here as HTML. */
  private void revoke(HttpServletRequest request, HttpServletResponse response) throws Exception {
    OAuthClientAuthnContext client = client(request);
    String token = request.getParameter("token");
    if (token == null || token.isEmpty()) {
      refuse(response, new Refusal(400, "invalid_request", "Invalid revocation request"), "text/html");
      return;
    }
    OAuthRevocationRequestDTO revocation = new OAuthRevocationRequestDTO();
    revocation.setOauthClientAuthnContext(client);
    revocation.setConsumerKey(client.getClientId());
    revocation.setToken(token);
    revocation.setTokenType(request.getParameter("token_type_hint"));
    revocation.setRequest(request);
    OAuthRevocationResponseDTO done = service.revokeTokenByOAuthClient(revocation);
    if (done.getErrorMsg() != null) {
      boolean client401 = List.of("invalid_client", "unauthorized_client").contains(done.getErrorCode());
      String description = client401 ? "Client Authentication failed." : done.getErrorMsg();
      refuse(response, new Refusal(client401 ? 401 : 400, done.getErrorCode(), description), "text/html");
      return;
    }
    copyHeaders(done.getResponseHeaders(), response);
    forbidStoring(response);
    write(response, 200, "text/html", "");
  }

  // ---- The server -----------------------------------------------------------------------------

  private static JSONObject metadata() throws Exception {
    String base = IdentityUtil.getServerURL("/oauth2", true, true);
    JSONObject metadata = new JSONObject().put("issuer", base + "/token").put("token_endpoint", base + "/token");
    metadata.put("introspection_endpoint", base + "/introspect").put("revocation_endpoint", base + "/revoke");
    metadata.put("userinfo_endpoint", base + "/userinfo").put("jwks_uri", base + "/jwks");
    metadata.put("grant_types_supported", OAuthServerConfiguration.getInstance().getSupportedGrantTypes().keySet());
    if (Release.NAMES_DEVICE_ENDPOINT) {
      metadata.put("device_authorization_endpoint", base + "/device_authorize");
    }
    return metadata;
  }

  private String keys() throws Exception {
    KeyStore store = KeyStore.getInstance("JKS");
    try (InputStream file = Files.newInputStream(home.resolve(Platform.KEYS))) {
      store.load(file, Platform.ALIAS.toCharArray());
    }
    Certificate certificate = store.getCertificate(Platform.ALIAS);
    String id = OAuth2ServiceComponentHolder.getKeyIDProvider().getKeyId(certificate, JWSAlgorithm.RS256, Platform.TENANT);
    RSAKey.Builder key = new RSAKey.Builder((RSAPublicKey) certificate.getPublicKey());
    key.keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).keyID(id);
    return "{\"keys\":[" + key.build().toJSONString() + "]}";
  }
}
