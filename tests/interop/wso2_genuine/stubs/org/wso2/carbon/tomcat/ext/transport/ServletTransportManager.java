package org.wso2.carbon.tomcat.ext.transport;

public class ServletTransportManager {
  public static int getProxyPort(String scheme) {
    return -1;
  }

  public static int getPort(String scheme) {
    return Integer.getInteger("carbon.management.port");
  }
}
