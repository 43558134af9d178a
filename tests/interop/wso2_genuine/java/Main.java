import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.wso2.carbon.identity.oauth.dao.OAuthAppDAO;
import org.wso2.carbon.identity.oauth.dao.OAuthAppDO;

/** Main HOME PORT: WSO2 Identity Server's own classes on a port of loopback. HOME has what server.py puts there. */
class Main {
  static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  static final String GRANTS = DEVICE_GRANT + " refresh_token";

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    boolean fresh = Database.open(home);
    Platform.start(home, port);
    if (fresh) {
      register("tv", null, GRANTS, null);
      register("tv-kept", null, GRANTS, "false");
      register("tv-renewed", null, GRANTS, "true");
      register("quick", null, GRANTS, null);
      register("short", null, GRANTS, null);
      register("confidential", "confidential-secret", GRANTS, null);
      register("no-device", null, "refresh_token", null);
    }
    listen(home, port);
  }

  /** A client without a secret is public. RENEWED: whether each refresh gives a new refresh token; null: as configured. */
  private static void register(String id, String secret, String grants, String renewed) throws Exception {
    OAuthAppDO client = new OAuthAppDO();
    client.setUser(Platform.user("admin"));
    client.setOauthConsumerKey(id);
    client.setOauthConsumerSecret(secret == null ? "never-used" : secret);
    client.setBypassClientCredentials(secret == null);
    client.setApplicationName(id);
    client.setOauthVersion("OAuth-2.0");
    client.setCallbackUrl("");
    client.setGrantTypes(grants);
    client.setUserAccessTokenExpiryTime(3600);
    client.setApplicationAccessTokenExpiryTime(3600);
    client.setRefreshTokenExpiryTime(86400);
    client.setIdTokenExpiryTime(3600);
    client.setState("ACTIVE");
    client.setTokenType("Default");
    client.setScopeValidators(new String[0]);
    client.setAudiences(new String[0]);
    if (renewed != null) {
      client.setRenewRefreshTokenEnabled(renewed);
    }
    new OAuthAppDAO().addOAuthApplication(client);
  }

  private static void listen(Path home, int port) throws Exception {
    Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    connector.setScheme("https");
    connector.setSecure(true);
    connector.setProperty("SSLEnabled", "true");
    connector.setProperty("keystoreFile", home.resolve(Platform.KEYS).toString());
    connector.setProperty("keystorePass", Platform.ALIAS);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(home.resolve("tmp").toString());
    tomcat.setConnector(connector);
    Context everything = tomcat.addContext("", home.toString());
    Tomcat.addServlet(everything, "endpoints", new Endpoints(home));
    everything.addServletMappingDecoded("/*", "endpoints");
    tomcat.start();
    tomcat.getServer().await();
  }
}
