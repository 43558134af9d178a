package org.wso2.securevault;

import java.util.Properties;
import org.apache.axiom.om.OMElement;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;

public class SecretResolverFactory {
  public static SecretResolver create(Element element, boolean nested) {
    return new SecretResolver();
  }

  public static SecretResolver create(NamedNodeMap attributes) {
    return new SecretResolver();
  }

  public static SecretResolver create(Properties properties) {
    return new SecretResolver();
  }

  public static SecretResolver create(OMElement element, boolean nested) {
    return new SecretResolver();
  }
}
