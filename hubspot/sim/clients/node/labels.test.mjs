// Association types: the labels that users define, and the limits that they set.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hubspot, pair, refused, rows, user } from './checks.mjs';
import { limits, uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const office = async (t, ...flags) => {
  const simulator = await simulate(t, ...flags);
  const client = simulator.client();
  return {
    client,
    labels: client.crm.associations.v4.schema.definitionsApi,
    batch: client.crm.associations.v4.batchApi,
    limits: limits(simulator.url),
  };
};

const told = ({ results }) => results.map((r) => `${r.category} ${r.typeId} ${r.label}`);

test('the labels of a pair are those of its direction', async (t) => {
  const { labels } = await office(t);
  assert.deepEqual(told(await labels.getAll('contacts', 'companies')), [
    'HUBSPOT_DEFINED 1 Primary',
    'HUBSPOT_DEFINED 279 null',
    'HUBSPOT_DEFINED 931 Billing Contact',
    'USER_DEFINED 21 Advisor',
    'USER_DEFINED 23 Board',
  ]);
  assert.deepEqual(told(await labels.getAll('companies', 'contacts')).slice(-2), [
    'USER_DEFINED 22 Advises',
    'USER_DEFINED 24 Board',
  ]);
  assert.deepEqual(told(await labels.getAll('deals', 'p_cars')), ['USER_DEFINED 25 null']);
  assert.deepEqual(told(await labels.getAll('p_cars', '0-3')), ['USER_DEFINED 26 null']);
});

test('a label with two texts is two types, and is written from either end', async (t) => {
  const { client, labels, batch } = await office(t);
  const { httpStatusCode, data } = await labels.createWithHttpInfo('contacts', 'companies', {
    name: 'boss_of',
    label: 'Boss',
    inverseLabel: 'Serf',
  });
  assert.equal(httpStatusCode, 200);
  const [there, back] = data.results;
  assert.deepEqual(
    [there.label, there.category, back.label, back.category],
    ['Boss', 'USER_DEFINED', 'Serf', 'USER_DEFINED'],
  );
  assert.notEqual(there.typeId, back.typeId);
  await batch.create('companies', 'contacts', { inputs: [pair('202', '103', user(back.typeId))] });
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', `202 USER_DEFINED:${there.typeId}`]);
  assert.ok(told(await labels.getAll('companies', 'contacts')).includes(`USER_DEFINED ${back.typeId} Serf`));
});

test('a label is renamed in both directions', async (t) => {
  const { labels } = await office(t);
  const both = async () =>
    [
      ...told(await labels.getAll('contacts', 'companies')),
      ...told(await labels.getAll('companies', 'contacts')),
    ].filter((row) => /USER_DEFINED 2[12]/.test(row));
  const { httpStatusCode, data } = await labels.updateWithHttpInfo('contacts', 'companies', {
    associationTypeId: 21,
    label: 'Counsel',
    inverseLabel: 'Counsels',
  });
  assert.deepEqual([httpStatusCode, data], [204, undefined]);
  assert.deepEqual(await both(), ['USER_DEFINED 21 Counsel', 'USER_DEFINED 22 Counsels']);
  await labels.update('contacts', 'companies', { associationTypeId: 21, label: 'Friend' });
  assert.deepEqual(await both(), ['USER_DEFINED 21 Friend', 'USER_DEFINED 22 Friend']);
});

test('a label that is removed leaves the plain association', async (t) => {
  const { client, labels } = await office(t);
  const { httpStatusCode } = await labels.removeWithHttpInfo('companies', 'contacts', 22);
  assert.equal(httpStatusCode, 204);
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), ['201 1', '201 279']);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['101 2', '101 280', '102 280']);
  assert.equal(
    told(await labels.getAll('contacts', 'companies')).filter((row) => row.startsWith('USER_DEFINED 21')).length,
    0,
  );
});

test('a custom object keeps its plain type as long as there are labels', async (t) => {
  const { client, labels, batch } = await office(t);
  await labels.create('deals', 'p_cars', { name: 'company_car', label: 'Company car' });
  assert.match((await refused(labels.remove('deals', 'p_cars', 25), 400)).message, /Cannot delete unlabeled type/);
  const [, label] = (await labels.getAll('p_cars', 'deals')).results;
  await batch.create('p_cars', 'deals', { inputs: [pair('401', '301', user(label.typeId))] });
  assert.deepEqual(await rows(client, 'p_cars', '401', 'deals'), [
    '301 USER_DEFINED:26',
    `301 USER_DEFINED:${label.typeId}`,
  ]);
});

test('labels that cannot be are refused', async (t) => {
  const { labels } = await office(t);
  const create = (name, from = 'contacts', to = 'companies') => labels.create(from, to, { name, label: 'Some' });
  for (const name of ['with-hyphen', '1st', 'Advisor', '']) {
    assert.equal((await refused(create(name), 400)).category, 'VALIDATION_ERROR', name);
  }
  assert.match((await refused(create('some', 'tasks', 'calls'), 400)).message, /cannot be associated/);
  assert.match((await refused(labels.remove('contacts', 'companies', 279), 400)).message, /users have not defined it/);
  assert.match(
    (await refused(labels.remove('contacts', 'companies', 99), 400)).context.INVALID_ASSOCIATION_TYPE_ID[0],
    /USER_DEFINED=99/,
  );
  assert.match(
    (await refused(labels.update('contacts', 'companies', { associationTypeId: 1, label: 'Main' }), 400)).message,
    /users have not defined it/,
  );
});

test('the 51st label of a pair is answered with 437', async (t) => {
  const { labels } = await office(t);
  for (let n = 3; n <= 50; n++) {
    await labels.create('contacts', 'companies', {
      name: `label${n}`,
      label: `Label ${n}`,
      ...(n % 2 && { inverseLabel: `Label back ${n}` }),
    });
  }
  const body = await refused(labels.create('contacts', 'companies', { name: 'label51', label: 'Label 51' }), 437);
  assert.match(body.message, /50/);
  assert.equal(told(await labels.getAll('companies', 'contacts')).filter((row) => row.startsWith('USER')).length, 50);
});

test('limits are set, changed and taken away', async (t) => {
  const { limits } = await office(t);
  const set = (n) => ({
    inputs: [
      { category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: n },
      { category: 'USER_DEFINED', typeId: 21, maxToObjectIds: 1 },
    ],
  });
  const read = async () =>
    (await limits.getAllBetweenTwoObjectTypes('contacts', 'companies')).results.map(
      (r) => `${r.typeId} ${r.userEnforcedMaxToObjectIds}`,
    );
  assert.deepEqual(await read(), ['1 null', '279 null', '931 null', '21 null', '23 null']);
  const made = await limits.batchCreateWithHttpInfo('contacts', 'companies', set(2));
  assert.deepEqual([made.httpStatusCode, made.data.results.map((r) => r.userEnforcedMaxToObjectIds)], [201, [2, 1]]);
  const changed = await limits.batchUpdateWithHttpInfo('contacts', 'companies', set(3));
  assert.deepEqual([changed.httpStatusCode, changed.data.status], [200, 'COMPLETE']);
  assert.deepEqual(await read(), ['1 null', '279 3', '931 null', '21 1', '23 null']);
  assert.deepEqual(
    (await limits.getAll()).results.map((r) => ({ ...r })),
    [
      { category: 'HUBSPOT_DEFINED', typeId: 279, label: null, userEnforcedMaxToObjectIds: 3 },
      { category: 'USER_DEFINED', typeId: 21, label: 'Advisor', userEnforcedMaxToObjectIds: 1 },
    ],
  );
  const taken = await limits.batchRemoveWithHttpInfo('contacts', 'companies', {
    inputs: [
      { category: 'HUBSPOT_DEFINED', typeId: 279 },
      { category: 'USER_DEFINED', typeId: 21 },
    ],
  });
  assert.equal(taken.httpStatusCode, 204);
  assert.deepEqual((await limits.getAll()).results, []);
});

test('a limit binds what comes after it, and not what was there', async (t) => {
  const { client, batch, limits } = await office(t);
  await limits.batchCreate('companies', 'contacts', {
    inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 280, maxToObjectIds: 1 }],
  });
  assert.equal(
    (await refused(batch.create('contacts', 'companies', { inputs: [pair('103', '201', hubspot(279))] }), 400))
      .category,
    'VALIDATION_ERROR',
  );
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), [
    '101 2',
    '101 280',
    '101 USER_DEFINED:22',
    '102 280',
  ]);
  const none = await limits.batchUpdateWithHttpInfo('contacts', 'companies', {
    inputs: [
      { category: 'USER_DEFINED', typeId: 99, maxToObjectIds: 1 },
      { category: 'USER_DEFINED', typeId: 21, maxToObjectIds: 10_001 },
    ],
  });
  assert.deepEqual(
    [none.httpStatusCode, none.data.results, none.data.errors.map((e) => e.category)],
    [207, [], ['VALIDATION_ERROR', 'VALIDATION_ERROR']],
  );
});

test('every method was called', () => assert.deepEqual(uncalled('labels.test.mjs'), []));
