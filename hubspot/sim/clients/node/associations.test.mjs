import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hubspot, pair, refused, rows, rowsOf, user } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const office = async (t, ...flags) => {
  const client = (await simulate(t, ...flags)).client();
  const { basicApi, batchApi, reportApi } = client.crm.associations.v4;
  return { client, single: basicApi, batch: batchApi, report: reportApi };
};

test('a batch read tells the records that have associations, and as errors those that have none', async (t) => {
  const { batch } = await office(t);
  const { httpStatusCode, data } = await batch.getPageWithHttpInfo('contacts', 'companies', {
    inputs: [{ id: '101' }, { id: '103' }, { id: '999' }, { id: '20000000001' }],
  });
  assert.equal(httpStatusCode, 207);
  assert.equal(data.status, 'COMPLETE');
  assert.deepEqual(Object.fromEntries(data.results.map((r) => [r._from.id, r.to.flatMap(rowsOf).toSorted()])), {
    101: ['201 1', '201 279', '201 USER_DEFINED:21'],
    20000000001: ['203 279', '203 USER_DEFINED:23'],
  });
  assert.equal(data.results[0].paging, undefined);
  assert.equal(data.numErrors, 2);
  assert.deepEqual(
    data.errors.map((e) => [e.category, e.subCategory, e.context.fromObjectId]),
    [
      ['OBJECT_NOT_FOUND', 'crm.associations.NO_ASSOCIATIONS_FOUND', ['103']],
      ['OBJECT_NOT_FOUND', 'crm.associations.NO_ASSOCIATIONS_FOUND', ['999']],
    ],
  );
});

test('ids are numbers, labels texts or null', async (t) => {
  const { single } = await office(t);
  const { results, paging } = await single.getPage('contacts', '101', 'companies');
  assert.equal(paging, undefined);
  assert.equal(results[0].toObjectId, 201);
  assert.deepEqual(results[0].associationTypes.map((a) => a.label).toSorted(), ['Advisor', 'Primary', null]);
});

test('a labelled write adds the plain type, and the inverses with their ids', async (t) => {
  const { client, batch } = await office(t);
  const { httpStatusCode, data } = await batch.createWithHttpInfo('contacts', 'companies', {
    inputs: [pair('103', '202', user(21))],
  });
  assert.equal(httpStatusCode, 201);
  assert.equal(data.status, 'COMPLETE');
  assert.ok(data.startedAt instanceof Date && data.completedAt instanceof Date && !Number.isNaN(+data.startedAt));
  assert.deepEqual(
    data.results.map((r) => ({ ...r })),
    [{ fromObjectTypeId: '0-1', fromObjectId: 103, toObjectTypeId: '0-2', toObjectId: 202, labels: ['Advisor'] }],
  );
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', '202 USER_DEFINED:21']);
  assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), ['103 280', '103 USER_DEFINED:22']);
});

for (const [mode, want] of [
  ['replace', ['201 279', '201 USER_DEFINED:23']],
  ['add', ['201 1', '201 279', '201 USER_DEFINED:21', '201 USER_DEFINED:23']],
]) {
  test(`a write of labels does ${mode} the labels that were there`, async (t) => {
    const { client, batch } = await office(t, '--fact', `label-write=${mode}`);
    await batch.create('contacts', 'companies', { inputs: [pair('101', '201', user(23))] });
    assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), want);
    await batch.create('contacts', 'companies', { inputs: [pair('101', '201', hubspot(279))] });
    assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), want, 'the plain type takes no label away');
  });
}

test('a record has one primary company', async (t) => {
  const { client, single } = await office(t);
  const { httpStatusCode, data, headers } = await single.createWithHttpInfo('contacts', '101', 'companies', '202', [
    hubspot(1),
  ]);
  assert.equal(httpStatusCode, 201);
  assert.deepEqual(
    { ...data },
    { fromObjectTypeId: '0-1', fromObjectId: 101, toObjectTypeId: '0-2', toObjectId: 202, labels: ['Primary'] },
  );
  assert.match(headers.location, /\/crm\/v4\/objects\/contacts\/101\/associations\/companies\/202$/);
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), [
    '201 279',
    '201 USER_DEFINED:21',
    '202 1',
    '202 279',
  ]);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['101 280', '101 USER_DEFINED:22', '102 280']);
  assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), ['101 2', '101 280']);
});

test('a default association is plain, and told in both directions', async (t) => {
  const { client, batch, single } = await office(t);
  const told = ({ results }) => results.map((r) => [r._from.id, r.to.id, r.associationSpec.associationTypeId]);
  const both = [
    ['103', '202', 279],
    ['202', '103', 280],
  ];
  const many = await batch.createDefaultWithHttpInfo('contacts', 'companies', { inputs: [pair('103', '202')] });
  const one = await single.createDefaultWithHttpInfo('contacts', '103', 'companies', '202');
  assert.deepEqual([many.httpStatusCode, told(many.data)], [200, both]);
  assert.deepEqual([one.httpStatusCode, told(one.data)], [200, both]);
  assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), ['103 280']);
  assert.match(
    (await refused(single.createDefault('deals', '301', 'p_cars', '401'), 400)).message,
    /no default association/,
  );
});

test('a label goes alone, the plain type takes all with it', async (t) => {
  const { client, batch } = await office(t);
  const gone = await batch.archiveLabelsWithHttpInfo('companies', 'contacts', {
    inputs: [pair('201', '101', user(22))],
  });
  assert.deepEqual([gone.httpStatusCode, gone.data], [204, undefined]);
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), ['201 1', '201 279']);
  await batch.archiveLabels('contacts', 'companies', { inputs: [pair('101', '201', hubspot(279))] });
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), []);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), ['102 280']);
});

test('an archived association is gone from both ends', async (t) => {
  const { client, batch, single } = await office(t);
  const many = await batch.archiveWithHttpInfo('contacts', 'companies', {
    inputs: [{ _from: { id: '101' }, to: [{ id: '201' }, { id: '202' }] }],
  });
  const one = await single.archiveWithHttpInfo('companies', '201', 'contacts', '102');
  assert.deepEqual([many.httpStatusCode, one.httpStatusCode], [204, 204]);
  assert.deepEqual(await rows(client, 'contacts', '101', 'companies'), []);
  assert.deepEqual(await rows(client, 'companies', '201', 'contacts'), []);
  await single.archive('companies', '201', 'contacts', '102'); // once more is no error
});

test('pages are followed with the cursor as it was handed out', async (t) => {
  const { batch, single } = await office(t, '--page-size', '2');
  await batch.create('companies', 'contacts', {
    inputs: ['103', '20000000001'].map((id) => pair('201', id, hubspot(280))),
  });
  const inBatch = async (after) =>
    (await batch.getPage('companies', 'contacts', { inputs: [{ id: '201', after }] })).results[0];
  const alone = async (after) => {
    const { results: to, paging } = await single.getPage('companies', '201', 'contacts', after, 2); // encoded once more
    return { to, paging };
  };
  for (const page of [inBatch, alone]) {
    const first = await page();
    assert.match(first.paging.next.after, /%3D$/);
    const second = await page(first.paging.next.after);
    assert.equal(second.paging, undefined);
    const seen = [first, second].map(({ to }) =>
      to
        .map((r) => r.toObjectId)
        .toSorted((a, b) => a - b)
        .join(),
    );
    assert.deepEqual(seen, ['101,102', '103,20000000001']);
  }
});

test('an input that is wrong is an error item, and the others are done', async (t) => {
  const { client, batch } = await office(t);
  const inputs = [
    pair('103', '202', user(21)),
    pair('999', '202', user(21)),
    pair('103', '999', user(21)),
    pair('x', '202', user(21)),
  ];
  const { httpStatusCode, data } = await batch.createWithHttpInfo('contacts', 'companies', { inputs });
  assert.deepEqual([httpStatusCode, data.numErrors, data.results.length], [207, 3, 1]);
  assert.deepEqual(
    data.errors.map((e) => [e.status, e.category, e.subCategory, e.context.id]),
    [
      ['error', 'OBJECT_NOT_FOUND', 'crm.associations.FROM_OBJECT_NOT_FOUND', ['999']],
      ['error', 'OBJECT_NOT_FOUND', 'crm.associations.TO_OBJECT_NOT_FOUND', ['999']],
      ['error', 'VALIDATION_ERROR', 'crm.associations.INVALID_IDENTIFIER', ['x']],
    ],
  );
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', '202 USER_DEFINED:21']);
  const self = await batch.create('contacts', 'contacts', { inputs: [pair('101', '101', hubspot(449))] });
  assert.match(self.errors[0].message, /cannot be associated to itself/);
});

test('a batch that is wrong is refused as a whole', async (t) => {
  const { client, batch, single } = await office(t);
  const write = (...inputs) => batch.create('contacts', 'companies', { inputs });
  const foreign = await refused(write(pair('103', '202', hubspot(279)), pair('103', '202', user(99))), 400);
  assert.deepEqual([foreign.status, foreign.category], ['error', 'VALIDATION_ERROR']);
  assert.deepEqual(foreign.context.associationSpec, ['USER_DEFINED=99']);
  assert.match((await refused(write(pair('103', '202', hubspot(280))), 400)).message, /invalid from object type 0-1/);
  assert.match(
    (await refused(batch.create('deals', 'companies', { inputs: [pair('301', '202', hubspot(1))] }), 400)).context
      .INVALID_OBJECT_IDS[0],
    /^CONTACT=301 /,
  );
  assert.match((await refused(write({ ...pair('103', '202'), types: [] }), 400)).message, /types/);
  assert.match(
    (await refused(write({ from: { id: '103' }, to: { id: '202' }, types: [hubspot(279)] }), 400)).message,
    /\[from, to\]/,
    'Node says _from',
  );
  assert.match((await refused(write(...Array(2001).fill(pair('103', '202', hubspot(279)))), 400)).message, /2000/);
  assert.match(
    (await refused(batch.getPage('contacts', 'companies', { inputs: Array(1001).fill({ id: '101' }) }), 400)).message,
    /1000/,
  );
  assert.match(
    (await refused(batch.getPage('contacts', 'cars', { inputs: [{ id: '101' }] }), 400)).message,
    /^Unable to infer object type from: cars$/,
  );
  assert.match((await refused(single.create('contacts', '103', 'companies', '202', []), 400)).message, /at least one/i);
  assert.equal(
    (await refused(single.create('contacts', '999', 'companies', '202', [hubspot(279)]), 404)).category,
    'OBJECT_NOT_FOUND',
  );
  assert.equal((await refused(single.getPage('contacts', '999', 'companies'), 404)).category, 'OBJECT_NOT_FOUND');
  assert.equal(
    (await refused(single.archive('contacts', '101', 'companies', '999'), 404)).category,
    'OBJECT_NOT_FOUND',
  );
  assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), []);
});

test('the report of high usage is announced', async (t) => {
  const { report } = await office(t);
  const { httpStatusCode, data } = await report.requestWithHttpInfo(1000042);
  assert.deepEqual([httpStatusCode, data.userId, data.userEmail], [200, 1000042, 'ada@example.com']);
  assert.ok(Number.isNaN(+data.enqueueTime), 'the client takes the time for a date, and HubSpot sends an object');
});

test('every method was called', () => assert.deepEqual(uncalled('associations.test.mjs'), []));
