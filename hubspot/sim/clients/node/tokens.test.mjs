// The tokens of an OAuth app.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const app = ['--oauth', 'client:secret:refresh'];
const buy = (client, refresh = 'refresh') =>
  client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'client', 'secret', refresh);

test('a refresh token buys access tokens', async (t) => {
  const simulator = await simulate(t, ...app);
  const stranger = simulator.client({ accessToken: undefined });
  const { accessToken, refreshToken, expiresIn, tokenType } = await buy(stranger);
  assert.deepEqual([refreshToken, expiresIn, tokenType], ['refresh', 1800, 'bearer']);
  const client = simulator.client({ accessToken });
  assert.equal((await client.crm.contacts.basicApi.getById('101')).id, '101');
  const again = await buy(stranger);
  assert.notEqual(again.accessToken, accessToken);
  assert.equal(
    (await refused(simulator.client().crm.contacts.basicApi.getById('101'), 401)).category,
    'INVALID_AUTHENTICATION',
  );
});

test('a code buys tokens once', async (t) => {
  const { oauth } = (await simulate(t, ...app)).client({ accessToken: undefined });
  const redeem = () => oauth.tokensApi.create('authorization_code', 'code', 'http://localhost/', 'client', 'secret');
  assert.ok((await redeem()).accessToken);
  assert.equal((await refused(redeem(), 400)).status, 'BAD_AUTH_CODE');
});

test('a token that is not good buys nothing', async (t) => {
  const client = (await simulate(t, ...app)).client({ accessToken: undefined });
  assert.equal((await refused(buy(client, 'other'), 400)).status, 'BAD_REFRESH_TOKEN');
  assert.equal(
    (
      await refused(
        client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'client', 'other', 'refresh'),
        400,
      )
    ).status,
    'BAD_CLIENT_SECRET',
  );
  assert.equal(
    (
      await refused(
        client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'other', 'secret', 'refresh'),
        400,
      )
    ).status,
    'BAD_CLIENT_ID',
  );
});

test('tokens tell of themselves, until they are revoked', async (t) => {
  const client = (await simulate(t, ...app)).client({ accessToken: undefined });
  const { accessToken } = await buy(client);
  const access = await client.oauth.accessTokensApi.get(accessToken);
  assert.deepEqual(
    [access.token, access.hubId, access.tokenType, access.hubDomain],
    [accessToken, 7654321, 'access', 'example.com'],
  );
  assert.ok(access.scopes.includes('crm.objects.contacts.read') && access.expiresIn > 0 && access.expiresIn <= 1800);
  const refresh = await client.oauth.refreshTokensApi.get('refresh');
  assert.deepEqual([refresh.hubId, refresh.clientId, refresh.tokenType], [7654321, 'client', 'refresh']);
  assert.equal((await client.oauth.refreshTokensApi.archiveWithHttpInfo('refresh')).httpStatusCode, 204);
  await refused(client.oauth.refreshTokensApi.get('refresh'), 404);
  assert.equal((await refused(buy(client), 400)).status, 'BAD_REFRESH_TOKEN');
});

test('an access token ends', async (t) => {
  const simulator = await simulate(t, ...app, '--token-life', '1ns');
  const { accessToken } = await buy(simulator.client({ accessToken: undefined }));
  const client = simulator.client({ accessToken });
  assert.equal((await refused(client.crm.contacts.basicApi.getById('101'), 401)).category, 'EXPIRED_AUTHENTICATION');
  await refused(client.oauth.accessTokensApi.get(accessToken), 404);
});

test('every method was called', () => assert.deepEqual(uncalled('tokens.test.mjs'), []));
