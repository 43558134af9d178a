package org.wso2.securevault.commons;

import org.apache.axiom.om.OMElement;
import org.wso2.securevault.SecretResolver;

public class MiscellaneousUtil {
  public static String resolve(OMElement element, SecretResolver resolver) {
    return element.getText();
  }
}
