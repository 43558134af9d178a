// npm's oidc-provider on a free loopback port, with pages of its own for signing in and consenting.
// Usage: node oidc_provider.mjs NPM_DIRECTORY [SECONDS], which a device code lives. Prints one JSON object a line:
// {"issuer"} when it listens, {"issued"} with the whole device authorization response for every code it gives out.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const npm = createRequire(`${process.argv[2]}/package.json`);
const { default: Provider } = await import(pathToFileURL(npm.resolve('oidc-provider')));
const deviceCodeSeconds = Number(process.argv[3] ?? 300);
const say = (line) => console.log(JSON.stringify(line));

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'public',
      client_name: 'Living room TV',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    },
    {
      // The resource server that asks whether a token is active.
      client_id: 'rs',
      client_secret: 'rs-secret',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: [],
      response_types: [],
      redirect_uris: [],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `User ${id}` }) }),
  ttl: {
    DeviceCode: deviceCodeSeconds,
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
    revocation: { enabled: true },
  },
});
provider.on('device_authorization.success', (_context, answer) => say({ issued: answer }));
provider.on('server_error', (context, error) => console.error(context.path, error));
server.on('request', provider.callback());
say({ issuer });
