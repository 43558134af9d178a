// npm's oidc-provider on a free loopback port, with pages of its own for signing in and consenting.
// Usage: node provider.mjs NPM_DIRECTORY OPTIONS, a JSON object that can have:
//   code_seconds           how long a device code lives, but for the client "short", whose codes live for 7 seconds
//   state                  file that keeps everything but the clients, the port included, for a later start
//   tls                    {"key", "certificate", "authority"}, PEM files: https, and mutual TLS on a second port
//   assertion_certificate  PEM file with the public key of the client that signs assertions
//   self_signed            PEM file, the certificate of the client that signed its own
// Prints one JSON object a line: {"issuer"} when it listens; {"issued"} with the whole device authorization response
// for every code it gives out; {"access_token"} and {"refresh_token"} with {"client_id", "token"} for every token;
// {"revoked"} with the client's ID for every login that is revoked.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { clients } from './clients.mjs';
import { State } from './state.mjs';

const npm = createRequire(`${process.argv[2]}/package.json`);
const { default: Provider } = await import(pathToFileURL(npm.resolve('oidc-provider')));
const options = JSON.parse(process.argv[3]);
const say = (line) => console.log(JSON.stringify(line));
console.info = console.error; // the provider's notices are not for whoever reads the lines

const tls = options.tls && {
  key: readFileSync(options.tls.key),
  cert: readFileSync(options.tls.certificate),
  ca: readFileSync(options.tls.authority),
};
const state = new State(options.state);
async function listen(server, port) {
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
}
const server = tls ? createTlsServer(tls) : createServer();
const issuer = await listen(server, state.once('port', () => 0));
state.set('port', server.address().port);

// Only here is a client asked for its certificate, so whoever passes the aliases by is not let in.
const mutual = tls && createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false });
const mutualOrigin = mutual && (await listen(mutual, 0));
const aliases = mutual && {
  mtls_endpoint_aliases: {
    device_authorization_endpoint: `${mutualOrigin}/device/auth`,
    token_endpoint: `${mutualOrigin}/token`,
    introspection_endpoint: `${mutualOrigin}/token/introspection`,
    revocation_endpoint: `${mutualOrigin}/token/revocation`,
    userinfo_endpoint: `${mutualOrigin}/me`,
  },
};

const makeKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider(issuer, {
  adapter: state.adapter(),
  clients: clients(options),
  clientAuthMethods: [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    ...(tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : []),
  ],
  jwks: { keys: [{ ...state.once('key', makeKey), kid: 'test', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [state.once('cookie', () => randomBytes(16).toString('hex'))] },
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'] },
  discovery: { ...aliases },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `User ${id}` }) }),
  rotateRefreshToken: (context) => context.oidc.client.clientId !== 'unrotated',
  ttl: {
    DeviceCode: (_context, _code, client) => (client.clientId === 'short' ? 7 : (options.code_seconds ?? 300)),
    AccessToken: 600,
    IdToken: 600,
    RefreshToken: 3600,
    Grant: 3600,
    Session: 3600,
    Interaction: 600,
  },
  features: {
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    introspection: { enabled: true },
    jwtIntrospection: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    mTLS: {
      enabled: Boolean(tls),
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (context) => context.socket.getPeerX509Certificate(),
      certificateAuthorized: (context) => context.socket.authorized,
      certificateSubjectMatches: (context, property, expected) =>
        property === 'tls_client_auth_san_dns' &&
        Boolean(context.socket.getPeerX509Certificate()?.checkHost(expected)),
    },
  },
});
provider.on('device_authorization.success', (_context, answer) => say({ issued: answer }));
for (const kind of ['access_token', 'refresh_token']) {
  provider.on(`${kind}.saved`, ({ clientId, jti }) => say({ [kind]: { client_id: clientId, token: jti } }));
}
provider.on('grant.revoked', (context) => say({ revoked: context.oidc.client.clientId }));
provider.on('server_error', (context, error) => console.error(context.path, error));
server.on('request', provider.callback());
mutual?.on('request', provider.callback());
say({ issuer });
