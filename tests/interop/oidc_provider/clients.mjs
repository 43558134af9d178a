// The clients that provider.mjs knows: one for each way to prove who one is.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const device = {
  application_type: 'native',
  grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  response_types: [],
  redirect_uris: [],
};

// Asks whether tokens are active, and can do nothing else.
const resourceServer = {
  client_id: 'rs',
  client_secret: 'rs-secret',
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: [],
  response_types: [],
  redirect_uris: [],
};

// The registration of whoever holds the key of that certificate.
const holderOf = (certificate) => ({
  jwks: {
    keys: [
      {
        ...certificate.publicKey.export({ format: 'jwk' }),
        use: 'sig',
        x5c: [certificate.raw.toString('base64')],
      },
    ],
  },
});

// The certificates are PEM files; a client whose certificate is not given is not there.
export function clients({ assertion_certificate: assertion, self_signed: selfSigned, tls }) {
  const certificate = (file) => new X509Certificate(readFileSync(file));
  const bound = { ...device, tls_client_certificate_bound_access_tokens: true };
  return [
    { ...device, client_id: 'public', client_name: 'Living room TV', token_endpoint_auth_method: 'none' },
    { ...device, client_id: 'short', token_endpoint_auth_method: 'none' },
    { ...device, client_id: 'unrotated', token_endpoint_auth_method: 'none' },
    { ...device, client_id: 'basic', client_secret: 'basic-secret', token_endpoint_auth_method: 'client_secret_basic' },
    { ...device, client_id: 'post', client_secret: 'post-secret', token_endpoint_auth_method: 'client_secret_post' },
    { ...device, client_id: 'dpop', dpop_bound_access_tokens: true, token_endpoint_auth_method: 'none' },
    assertion && {
      ...device,
      ...holderOf(certificate(assertion)),
      client_id: 'assertion',
      token_endpoint_auth_method: 'private_key_jwt',
    },
    tls && { ...bound, client_id: 'tls-public', token_endpoint_auth_method: 'none' },
    tls && {
      ...bound,
      client_id: 'tls-authority',
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'device.test',
    },
    tls && {
      ...bound,
      ...holderOf(certificate(selfSigned)),
      client_id: 'tls-self-signed',
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
    },
    resourceServer,
  ].filter(Boolean);
}
