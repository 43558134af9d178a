import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.description.Parameter;
import org.apache.axis2.description.TransportInDescription;
import org.apache.axis2.engine.AxisConfiguration;
import org.apache.axis2.transport.TransportListener;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;
import org.mockito.stubbing.Answer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.wso2.carbon.base.ServerConfiguration;
import org.wso2.carbon.context.PrivilegedCarbonContext;
import org.wso2.carbon.context.internal.OSGiDataHolder;
import org.wso2.carbon.core.internal.CarbonCoreDataHolder;
import org.wso2.carbon.identity.application.authentication.framework.internal.FrameworkServiceDataHolder;
import org.wso2.carbon.identity.application.authentication.framework.model.AuthenticatedUser;
import org.wso2.carbon.identity.application.common.model.ClaimConfig;
import org.wso2.carbon.identity.application.common.model.LocalAndOutboundAuthenticationConfig;
import org.wso2.carbon.identity.application.common.model.ServiceProvider;
import org.wso2.carbon.identity.application.common.model.ServiceProviderProperty;
import org.wso2.carbon.identity.application.mgt.ApplicationManagementService;
import org.wso2.carbon.identity.core.internal.IdentityCoreServiceComponent;
import org.wso2.carbon.identity.core.util.IdentityTenantUtil;
import org.wso2.carbon.identity.core.util.IdentityUtil;
import org.wso2.carbon.identity.oauth.config.OAuthServerConfiguration;
import org.wso2.carbon.identity.oauth.internal.OAuthComponentServiceHolder;
import org.wso2.carbon.identity.oauth2.client.authentication.BasicAuthClientAuthenticator;
import org.wso2.carbon.identity.oauth2.client.authentication.PublicClientAuthenticator;
import org.wso2.carbon.identity.oauth2.internal.OAuth2ServiceComponentHolder;
import org.wso2.carbon.identity.oauth2.keyidprovider.DefaultKeyIDProviderImpl;
import org.wso2.carbon.identity.openidconnect.OpenIDConnectClaimFilterImpl;
import org.wso2.carbon.identity.openidconnect.RequestObjectService;
import org.wso2.carbon.identity.openidconnect.internal.OpenIDConnectServiceComponentHolder;
import org.wso2.carbon.idp.mgt.internal.IdpMgtServiceComponentHolder;
import org.wso2.carbon.registry.core.service.RegistryService;
import org.wso2.carbon.user.core.service.RealmService;
import org.wso2.carbon.utils.ConfigurationContextService;

/** What surrounds WSO2's classes in the product: OSGi, configuration, users, applications; here as little as they accept. */
class Platform {
  static final String TENANT = "carbon.super";
  static final int TENANT_ID = -1234;
  static final String KEYS = "repository/resources/security/wso2carbon.jks";
  static final String ALIAS = "wso2carbon"; // the key's, and its password

  static void start(Path home, int port) throws Exception {
    System.setProperty("carbon.home", home.toString());
    System.setProperty("carbon.config.dir.path", home.resolve("repository/conf").toString());
    System.setProperty("carbon.protocol", "https");
    System.setProperty("carbon.host", "localhost");
    System.setProperty("carbon.management.port", String.valueOf(port));
    try (InputStream settings = Files.newInputStream(home.resolve("repository/conf/carbon.xml"))) {
      ServerConfiguration.getInstance().init(settings);
    }
    enterTenant();
    OSGiDataHolder.getInstance().setBundleContext(standIn(BundleContext.class, Platform::filters));
    RealmService users = Release.users();
    users(users);
    registry(mock(RegistryService.class));
    transport(port);
    IdentityUtil.populateProperties();
    oauth();
    Release.start(users);
  }

  /** An object of that type whose methods do what ANSWER says. */
  static <T> T standIn(Class<T> type, Answer<Object> answer) {
    return mock(type, withSettings().defaultAnswer(answer));
  }

  static void enterTenant() {
    PrivilegedCarbonContext.startTenantFlow();
    PrivilegedCarbonContext context = PrivilegedCarbonContext.getThreadLocalCarbonContext();
    context.setTenantId(TENANT_ID);
    context.setTenantDomain(TENANT);
  }

  static AuthenticatedUser user(String name) {
    AuthenticatedUser user = new AuthenticatedUser();
    user.setUserName(name);
    user.setTenantDomain(TENANT);
    user.setUserStoreDomain("PRIMARY");
    user.setAuthenticatedSubjectIdentifier(name);
    return user;
  }

  private static Object filters(InvocationOnMock call) throws Exception {
    boolean filter = call.getMethod().getName().equals("createFilter");
    return filter ? FrameworkUtil.createFilter((String) call.getArguments()[0]) : null;
  }

  private static void users(RealmService users) {
    OSGiDataHolder.getInstance().setUserRealmService(users);
    IdentityTenantUtil.setRealmService(users);
    OAuthComponentServiceHolder.getInstance().setRealmService(users);
    FrameworkServiceDataHolder.getInstance().setRealmService(users);
    IdpMgtServiceComponentHolder.getInstance().setRealmService(users);
  }

  private static void registry(RegistryService registry) {
    CarbonCoreDataHolder.getInstance().setRegistryService(registry);
    CarbonCoreDataHolder.getInstance().setServerConfigurationService(ServerConfiguration.getInstance());
    OAuth2ServiceComponentHolder.setRegistryService(registry);
    OAuthComponentServiceHolder.getInstance().setRegistryService(registry);
  }

  private static void transport(int port) throws Exception {
    TransportInDescription https = new TransportInDescription("https");
    https.setReceiver(mock(TransportListener.class));
    https.addParameter(new Parameter("port", String.valueOf(port)));
    AxisConfiguration axis = new AxisConfiguration();
    axis.addTransportIn(https);
    ConfigurationContext context = new ConfigurationContext(axis);
    new IdentityCoreServiceComponent() {
      void set() {
        setConfigurationContextService(new ConfigurationContextService(context, context));
      }
    }.set();
  }

  private static void oauth() throws Exception {
    OpenIDConnectServiceComponentHolder openid = OpenIDConnectServiceComponentHolder.getInstance();
    openid.getOpenIDConnectClaimFilters().add(new OpenIDConnectClaimFilterImpl());
    OpenIDConnectServiceComponentHolder.setRequestObjectService(new RequestObjectService());
    OAuth2ServiceComponentHolder.setApplicationMgtService(standIn(ApplicationManagementService.class, Platform::application));
    OAuth2ServiceComponentHolder.setKeyIDProvider(new DefaultKeyIDProviderImpl());
    OAuth2ServiceComponentHolder.setPkceEnabled(true);
    OAuth2ServiceComponentHolder.setIDPIdColumnEnabled(true);
    OAuth2ServiceComponentHolder.setAudienceEnabled(true);
    OAuth2ServiceComponentHolder.addAuthenticationHandler(new BasicAuthClientAuthenticator());
    OAuth2ServiceComponentHolder.addAuthenticationHandler(new PublicClientAuthenticator());
    // Without it introspection and revocation find no issuer of tokens.
    OAuthServerConfiguration.getInstance().populateOAuthTokenIssuerMap();
  }

  /** Every client is an application of its own name. */
  private static Object application(InvocationOnMock call) throws Throwable {
    if (call.getMethod().getName().equals("getServiceProviderNameByClientId")) {
      return call.getArguments()[0];
    }
    if (call.getMethod().getReturnType() != ServiceProvider.class) {
      return Mockito.RETURNS_DEFAULTS.answer(call);
    }
    ServiceProvider application = new ServiceProvider();
    application.setApplicationName(String.valueOf(call.getArguments()[0]));
    application.setSaasApp(true);
    application.setClaimConfig(new ClaimConfig());
    application.setLocalAndOutBoundAuthenticationConfig(new LocalAndOutboundAuthenticationConfig());
    application.setOwner(user("admin"));
    application.setSpProperties(new ServiceProviderProperty[0]);
    return application;
  }
}
