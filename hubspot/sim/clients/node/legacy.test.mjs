// The associations of v3, which know types by their names.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused, rows } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const input = (from, to, type) => ({ _from: { id: from }, to: { id: to }, type });

test('types have names, and contact_to_company is the primary one', async (t) => {
  const client = (await simulate(t)).client();
  const { results } = await client.crm.associations.schema.typesApi.getAll('contacts', 'companies');
  const ids = Object.fromEntries(results.map((r) => [r.name, r.id]));
  assert.deepEqual(ids, {
    contact_to_company: '1',
    contact_to_company_unlabeled: '279',
    billing_contact_to_company: '931',
    advisor: '21',
    board: '23',
  });
});

test('a batch read gives a row for each type', async (t) => {
  const { batchApi } = (await simulate(t)).client().crm.associations;
  const { httpStatusCode, data } = await batchApi.readWithHttpInfo('contacts', 'companies', {
    inputs: [{ id: '101' }, { id: '103' }],
  });
  assert.equal(httpStatusCode, 207);
  assert.deepEqual(
    data.results.map((r) => [r._from.id, r.to.map((o) => `${o.id} ${o.type}`).toSorted()]),
    [['101', ['201 advisor', '201 contact_to_company', '201 contact_to_company_unlabeled']]],
  );
  assert.deepEqual(
    data.errors.map((e) => e.subCategory),
    ['crm.associations.NO_ASSOCIATIONS_FOUND'],
  );
  const whole = await batchApi.readWithHttpInfo('contacts', 'companies', { inputs: [{ id: '102' }] });
  assert.deepEqual([whole.httpStatusCode, whole.data.errors], [200, undefined]);
});

test('a create with status 200, as HubSpot answers today, is an error to the client, and is done', async (t) => {
  const client = (await simulate(t)).client();
  const create = client.crm.associations.batchApi.create('contacts', 'companies', {
    inputs: [input('103', '202', 'advisor')],
  });
  assert.equal((await refused(create, 200)).status, 'COMPLETE');
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', '202 USER_DEFINED:21']);
});

test('a create with status 201, as it was, tells both directions', async (t) => {
  const client = (await simulate(t, '--fact', 'v3-create-status=201')).client();
  const { httpStatusCode, data } = await client.crm.associations.batchApi.createWithHttpInfo('contacts', 'companies', {
    inputs: [input('103', '202', 'contact_to_company')],
  });
  assert.equal(httpStatusCode, 201);
  assert.deepEqual(
    data.results.map((r) => [r._from.id, r.to.id, r.type]),
    [
      ['103', '202', 'contact_to_company'],
      ['202', '103', 'company_to_contact'],
    ],
  );
  assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), ['103 2', '103 280']);
  const partly = await client.crm.associations.batchApi.createWithHttpInfo('contacts', 'companies', {
    inputs: [input('103', '202', 'friend'), input('103', '999', 'advisor'), input('103', '203', '279')],
  });
  assert.deepEqual([partly.httpStatusCode, partly.data.results.length], [207, 2]);
  assert.deepEqual(
    partly.data.errors.map((e) => e.subCategory),
    ['crm.associations.INVALID_ASSOCIATION_TYPE', 'crm.associations.TO_OBJECT_NOT_FOUND'],
  );
});

test('an archive takes one type, and the plain one all', async (t) => {
  const client = (await simulate(t)).client();
  const archive = (type) =>
    client.crm.associations.batchApi.archiveWithHttpInfo('contacts', 'companies', {
      inputs: [input('101', '201', type)],
    });
  assert.equal((await archive('advisor')).httpStatusCode, 204);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['101 2', '101 280', '102 280']);
  await archive('contact_to_company_unlabeled');
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['102 280']);
});

test('every method was called', () => assert.deepEqual(uncalled('legacy.test.mjs'), []));
