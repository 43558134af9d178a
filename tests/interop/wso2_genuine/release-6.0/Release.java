import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;

import java.util.HashMap;
import java.util.Map;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;
import org.mockito.internal.util.reflection.Whitebox;
import org.wso2.carbon.identity.central.log.mgt.internal.CentralLogMgtServiceComponentHolder;
import org.wso2.carbon.identity.common.testng.realm.InMemoryRealmService;
import org.wso2.carbon.identity.core.internal.IdentityCoreServiceDataHolder;
import org.wso2.carbon.identity.event.services.IdentityEventService;
import org.wso2.carbon.identity.oauth2.bean.OAuthClientAuthnContext;
import org.wso2.carbon.identity.oauth2.device.api.DeviceAuthService;
import org.wso2.carbon.identity.oauth2.device.codegenerator.GenerateKeys;
import org.wso2.carbon.identity.oauth2.device.util.DeviceFlowUtil;
import org.wso2.carbon.user.core.UserRealm;
import org.wso2.carbon.user.core.common.AbstractUserStoreManager;
import org.wso2.carbon.user.core.service.RealmService;

/** What 6.0.0 does in its own way. */
class Release {
  static final boolean NAMES_DEVICE_ENDPOINT = true; // in its metadata
  static final boolean REFUSES_REPEATED_PARAMETERS = true; // at its device authorization endpoint
  static final long INTERVAL = DeviceFlowUtil.getIntervalValue(); // in seconds, as is the lifetime of device codes
  static final long LIFETIME = DeviceFlowUtil.getConfiguredExpiryTime();

  /** A user store that has IDs for its users, which the one of the test classes has not. */
  static RealmService users() throws Exception {
    InMemoryRealmService service = new InMemoryRealmService(Platform.TENANT_ID);
    UserRealm realm = spy(service.getBootstrapRealm());
    AbstractUserStoreManager store = Platform.standIn(AbstractUserStoreManager.class, Release::user);
    Whitebox.setInternalState(store, "userStoreManagerHolder", new HashMap<>(Map.of("PRIMARY", store)));
    doReturn(realm.getRealmConfiguration()).when(store).getRealmConfiguration();
    doReturn(store).when(realm).getUserStoreManager();
    Whitebox.setInternalState(service, "bootstrapRealm", realm);
    service.setUserRealm(Platform.TENANT_ID, realm);
    return service;
  }

  private static Object user(InvocationOnMock call) throws Throwable {
    return switch (call.getMethod().getName()) {
      case "getUserIDFromUserName" -> "id-of-" + call.getArguments()[0];
      case "getUserNameFromUserID" -> String.valueOf(call.getArguments()[0]).substring("id-of-".length());
      case "isExistingUser" -> true;
      case "getTenantId" -> Platform.TENANT_ID;
      default -> Mockito.RETURNS_DEFAULTS.answer(call);
    };
  }

  static void start(RealmService users) {
    IdentityCoreServiceDataHolder.getInstance().setRealmService(users);
    CentralLogMgtServiceComponentHolder.getInstance().setIdentityEventService(mock(IdentityEventService.class));
  }

  /** Stores a device code; returns its user code. */
  static String store(DeviceAuthService devices, String deviceCode, String client, String scope) throws Exception {
    long quantifier = GenerateKeys.getCurrentQuantifier();
    return devices.generateDeviceResponse(deviceCode, GenerateKeys.getKey(6), quantifier, client, scope);
  }

  static Object number(long value) {
    return value;
  }

  static Refusal refusal(OAuthClientAuthnContext client) {
    if (!client.getErrorCode().equals("invalid_client")) {
      return new Refusal(400, client.getErrorCode(), client.getErrorMessage());
    }
    boolean named = client.getClientId() != null;
    return named
        ? new Refusal(401, "invalid_client", "Client Authentication failed")
        : new Refusal(401, "invalid_request", "Missing parameters: client_id");
  }
}
