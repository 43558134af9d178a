package org.wso2.carbon.securevault;

public class SecretManagerInitializer {
  public SecretCallbackHandlerServiceImpl init() {
    return new SecretCallbackHandlerServiceImpl();
  }
}
