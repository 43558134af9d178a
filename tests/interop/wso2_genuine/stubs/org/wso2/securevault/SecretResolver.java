package org.wso2.securevault;

import org.wso2.securevault.secret.SecretCallbackHandler;

public class SecretResolver {
  public void init(SecretCallbackHandler handler) {}

  public boolean isInitialized() {
    return false;
  }

  public boolean isTokenProtected(String token) {
    return false;
  }

  public String resolve(String token) {
    return token;
  }
}
