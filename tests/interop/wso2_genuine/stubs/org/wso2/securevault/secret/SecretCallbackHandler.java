package org.wso2.securevault.secret;

import javax.security.auth.callback.CallbackHandler;

public interface SecretCallbackHandler extends CallbackHandler {}
