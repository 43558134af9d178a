import org.wso2.carbon.identity.common.testng.realm.InMemoryRealmService;
import org.wso2.carbon.identity.oauth2.bean.OAuthClientAuthnContext;
import org.wso2.carbon.identity.oauth2.device.api.DeviceAuthService;
import org.wso2.carbon.identity.oauth2.device.codegenerator.GenerateKeys;
import org.wso2.carbon.user.core.service.RealmService;

/** What 5.11.0 does in its own way. */
class Release {
  static final boolean NAMES_DEVICE_ENDPOINT = false; // in its metadata
  static final boolean REFUSES_REPEATED_PARAMETERS = false; // at its device authorization endpoint
  static final long INTERVAL = 5; // compiled into its classes, as is the lifetime of device codes; in seconds
  static final long LIFETIME = 600;

  static RealmService users() throws Exception {
    return new InMemoryRealmService(Platform.TENANT_ID);
  }

  static void start(RealmService users) {}

  /** Stores a device code; returns its user code. */
  static String store(DeviceAuthService devices, String deviceCode, String client, String scope) throws Exception {
    String userCode = GenerateKeys.getKey(6);
    devices.generateDeviceResponse(deviceCode, userCode, client, scope);
    return userCode;
  }

  static Object number(long value) {
    return String.valueOf(value);
  }

  static Refusal refusal(OAuthClientAuthnContext client) {
    return new Refusal(400, client.getErrorCode(), client.getErrorMessage());
  }
}
