// The date-based family, which the client has no class for: any path can be asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hubspot, rows, user } from './checks.mjs';
import { simulate } from './simulator.mjs';

/** Asks a path of the version 2026-09; the status, and the document of the answer. */
const asker = (client) => async (method, path, body) => {
  const answer = await client.apiRequest({ method, path: path.replace('@', '2026-09'), body });
  const text = await answer.text();
  return [answer.status, text && JSON.parse(text), answer.headers];
};

const office = async (t, ...flags) => {
  const client = (await simulate(t, ...flags)).client();
  return { client, ask: asker(client) };
};

const between = (path) => `/crm/associations/@/contacts/companies/${path}`;
const input = (from, to, ...types) => ({ from: { id: from }, to: { id: to }, ...(types.length > 0 && { types }) });

test('associations are written and read', async (t) => {
  const { client, ask } = await office(t);
  const [made, created] = await ask('POST', between('batch/create'), { inputs: [input('103', '202', user(21))] });
  assert.deepEqual(
    [made, created.results],
    [
      201,
      [{ fromObjectTypeId: '0-1', fromObjectId: 103, toObjectTypeId: '0-2', toObjectId: 202, labels: ['Advisor'] }],
    ],
  );
  const [partly, read] = await ask('POST', between('batch/read'), { inputs: [{ id: '103' }, { id: '999' }] });
  assert.deepEqual(
    [partly, read.numErrors, read.errors[0].subCategory],
    [207, 1, 'crm.associations.NO_ASSOCIATIONS_FOUND'],
  );
  assert.deepEqual(
    read.results.map((r) => [r.from.id, r.to.map((o) => o.toObjectId)]),
    [['103', [202]]],
  );
  assert.deepEqual(
    await rows(client, 'companies', '202', 'contacts'),
    ['103 280', '103 USER_DEFINED:22'],
    'both families have one store',
  );
  const [ok, page] = await ask('GET', '/crm/objects/@/companies/202/associations/contacts?limit=1');
  assert.deepEqual([ok, page.results.map((r) => r.toObjectId), page.paging], [200, [103], undefined]);
});

test('what is removed is reported with 200, and not with 204', async (t) => {
  const { client, ask } = await office(t);
  const [unlabelled, none] = await ask('POST', between('batch/labels/archive'), {
    inputs: [input('101', '201', user(21))],
  });
  assert.deepEqual([unlabelled, none.status, none.results], [200, 'COMPLETE', []]);
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), ['201 1', '201 279']);
  const [archived] = await ask('POST', between('batch/archive'), {
    inputs: [{ from: { id: '101' }, to: [{ id: '201' }] }],
  });
  assert.equal(archived, 200);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['102 280']);
});

test('one pair is written by its path', async (t) => {
  const { client, ask } = await office(t);
  const path = '/crm/objects/@/contacts/103/associations/companies/202';
  const [put, , headers] = await ask('PUT', path, [hubspot(1)]);
  assert.deepEqual([put, new URL(headers.get('location')).pathname], [201, path.replace('@', '2026-09')]);
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 1', '202 279']);
  assert.deepEqual((await ask('DELETE', path)).slice(0, 2), [204, '']);
  const [status, { results }] = await ask('PUT', '/crm/objects/@/contacts/103/associations/default/companies/202');
  assert.deepEqual([status, results.map((r) => r.associationSpec.associationTypeId)], [200, [279, 280]]);
  const [many, defaults] = await ask('POST', between('batch/associate/default'), { inputs: [input('103', '203')] });
  assert.deepEqual([many, defaults.results.length], [200, 2]);
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', '203 279']);
});

test('labels and limits', async (t) => {
  const { ask } = await office(t);
  const [made, { results }] = await ask('POST', between('labels'), {
    name: 'boss',
    label: 'Boss',
    inverseLabel: 'Serf',
  });
  assert.deepEqual([made, results.map((r) => r.label)], [200, ['Boss', 'Serf']]);
  assert.equal((await ask('PUT', between('labels'), { associationTypeId: results[0].typeId, label: 'Chief' }))[0], 204);
  const labels = async () => (await ask('GET', between('labels')))[1].results.map((r) => r.label);
  assert.ok((await labels()).includes('Chief'));
  assert.equal((await ask('DELETE', between(`labels/${results[0].typeId}`)))[0], 204);
  assert.ok(!(await labels()).includes('Chief'));

  const limits = '/crm/associations/@/definitions/configurations/';
  const limit = { category: 'USER_DEFINED', typeId: 21, maxToObjectIds: 5 };
  const statuses = [];
  for (const step of ['create', 'update', 'purge']) {
    statuses.push((await ask('POST', `${limits}contacts/companies/batch/${step}`, { inputs: [limit] }))[0]);
  }
  assert.deepEqual(statuses, [201, 200, 200]);
  assert.deepEqual((await ask('GET', `${limits}all`))[1].results, []);
  assert.equal((await ask('GET', `${limits}contacts/companies`))[1].results.length, 5);
  const [, report] = await ask('POST', '/crm/associations/@/usage/high-usage-report/42');
  assert.deepEqual(Object.keys(report.enqueueTime).toSorted(), ['dateOnly', 'timeZoneShift', 'value']);
});

test('records', async (t) => {
  const { ask } = await office(t);
  const [made, { id }] = await ask('POST', '/crm/objects/@/contacts', { properties: { email: 'fay@example.com' } });
  assert.equal(made, 201);
  assert.equal(
    (await ask('GET', `/crm/objects/@/contacts/${id}?properties=email,firstname`))[1].properties.email,
    'fay@example.com',
  );
  assert.equal(
    (await ask('PATCH', `/crm/objects/@/contacts/${id}`, { properties: { firstname: 'Fay' } }))[1].properties.firstname,
    'Fay',
  );
  assert.equal((await ask('POST', '/crm/objects/@/0-1/batch/read', { inputs: [{ id }, { id: '999' }] }))[0], 207);
  assert.equal((await ask('POST', '/crm/objects/@/contacts/search', { query: 'fay' }))[1].total, 1);
  const [, merged] = await ask('POST', '/crm/objects/@/contacts/merge', {
    primaryObjectId: '101',
    objectIdToMerge: id,
  });
  assert.equal((await ask('DELETE', `/crm/objects/@/contacts/${merged.id}`))[0], 204);
  assert.equal((await ask('GET', '/crm/objects/@/contacts?archived=true'))[1].results[0].id, merged.id);
});

test('what describes the portal', async (t) => {
  const { ask } = await office(t);
  for (const path of [
    '/crm-object-schemas/@/schemas',
    '/crm-object-schemas/@/schemas/contacts',
    '/crm/properties/@/contacts',
    '/crm/pipelines/@/deals',
    '/crm/owners/@',
    '/crm/limits/@/associations/labels?fromObjectTypeId=0-1&toObjectTypeId=0-2',
    '/crm/limits/@/associations/records/from',
    '/crm/limits/@/associations/records/0-1/to',
    '/crm/limits/@/associations/records/0-1/0-2',
    '/crm/limits/@/records',
    '/account-info/@/details',
    '/account-info/@/api-usage/daily/private-apps',
  ]) {
    const [status, document] = await ask('GET', path);
    assert.deepEqual([path, status, typeof document], [path, 200, 'object']);
  }
  assert.deepEqual(
    await ask('GET', '/account-info/@/details').then(([, { portalId, accountType, timeZone }]) => [
      portalId,
      accountType,
      timeZone,
    ]),
    [7654321, 'STANDARD', 'UTC'],
  );
});

test('a status that is no success is reported, and not thrown', async (t) => {
  const { client, ask } = await office(t);
  assert.equal((await ask('GET', '/crm/associations/@/definitions'))[0], 404);
  assert.equal((await ask('POST', between('batch/create'), { inputs: [input('101', '201', user(99))] }))[0], 400);
  assert.equal((await client.apiRequest({ method: 'GET', path: '/crm/objects/2024-01/contacts' })).status, 404);
});

test('v1 puts one association', async (t) => {
  const { client, ask } = await office(t);
  const body = { fromObjectId: 103, toObjectId: 202, category: 'HUBSPOT_DEFINED', definitionId: 1 };
  assert.deepEqual((await ask('PUT', '/crm-associations/v1/associations', body)).slice(0, 2), [204, '']);
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 1', '202 279']);
  const [, { results, hasMore }] = await ask('GET', '/crm-associations/v1/associations/103/HUBSPOT_DEFINED/1');
  assert.deepEqual([results, hasMore], [[202], false]);
});

test('the token endpoint of today', async (t) => {
  const { client } = await office(t, '--oauth', 'client:secret:refresh');
  const buy = (headers) =>
    client.apiRequest({
      method: 'POST',
      path: '/oauth/2026-09/token',
      defaultJson: false,
      headers,
      body: 'grant_type=refresh_token&client_id=client&client_secret=secret&refresh_token=refresh',
    });
  const {
    token_use: use,
    hub_id: hub,
    scopes,
  } = await (await buy({ 'Content-Type': 'application/x-www-form-urlencoded' })).json();
  assert.deepEqual([use, hub, scopes.includes('crm.objects.contacts.read')], ['access_token', 7654321, true]);
});
