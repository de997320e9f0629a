// Associations as the records API knows them: made with a record, told within
// one, gone with one, moved with one, searched by.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hubspot, refused, rows, user } from './checks.mjs';
import { simulate } from './simulator.mjs';

const office = async (t, ...flags) => {
  const client = (await simulate(t, ...flags)).client();
  return { client, contacts: client.crm.contacts };
};

test('a record is made with its associations', async (t) => {
  const { client, contacts } = await office(t);
  const { id } = await contacts.basicApi.create({
    properties: { email: 'fay@example.com' },
    associations: [
      { to: { id: '202' }, types: [hubspot(1), user(21)] },
      { to: { id: '301' }, types: [hubspot(4)] },
    ],
  });
  assert.deepEqual(await rows(client, 'contacts', id, 'companies'), ['202 1', '202 279', '202 USER_DEFINED:21']);
  assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), [
    `${id} 2`,
    `${id} 280`,
    `${id} USER_DEFINED:22`,
  ]);
  assert.deepEqual(await rows(client, 'deals', '301', 'contacts'), ['101 3', `${id} 3`]);
  const body = await refused(
    contacts.basicApi.create({ properties: {}, associations: [{ to: { id: '999' }, types: [hubspot(279)] }] }),
    400,
  );
  assert.equal(body.category, 'OBJECT_NOT_FOUND');
});

test('associations stand within a record, a row for each type', async (t) => {
  const { contacts } = await office(t);
  const told = (record) =>
    Object.fromEntries(
      Object.entries(record.associations ?? {}).map(([name, { results }]) => [
        name,
        results.map((r) => `${r.id} ${r.type}`).toSorted(),
      ]),
    );
  const want = {
    companies: ['201 advisor', '201 contact_to_company', '201 contact_to_company_unlabeled'],
    deals: ['301 contact_to_deal'],
  };
  assert.deepEqual(
    told(await contacts.basicApi.getById('101', ['email', 'firstname'], undefined, ['companies', 'deals', 'tickets'])),
    want,
  );
  const { results } = await contacts.basicApi.getPage(1, undefined, ['email', 'firstname'], undefined, [
    'companies',
    'deals',
  ]);
  assert.deepEqual(told(results[0]), want);
  assert.deepEqual(
    [results[0].properties.email, results[0].properties.firstname],
    ['bo@example.com', 'Bo'],
    'lists are repeated in the query',
  );
});

test('at most 100 of them stand there, with a cursor', async (t) => {
  const { client, contacts } = await office(t);
  const inputs = Array.from({ length: 100 }, (_, n) => ({
    properties: { email: `c${n}@example.com` },
    associations: [{ to: { id: '202' }, types: [hubspot(279)] }],
  }));
  await contacts.batchApi.create({ inputs });
  await client.crm.associations.v4.basicApi.createDefault('contacts', '103', 'companies', '202');
  const { associations } = await client.crm.companies.basicApi.getById('202', [], [], ['contacts']);
  assert.equal(associations.contacts.results.length, 100);
  assert.ok(associations.contacts.paging.next.after);
});

for (const [fact, want] of [
  ['hidden', []],
  ['kept', ['101 280', '102 280']],
]) {
  test(`associations with archived records are ${fact}`, async (t) => {
    const { client, contacts } = await office(t, '--fact', `archived-links=${fact}`);
    await contacts.batchApi.archive({ inputs: [{ id: '101' }, { id: '102' }] });
    assert.deepEqual(
      (await rows(client, 'companies', '201', 'contacts')).filter((row) => row.endsWith(' 280')),
      want,
    );
  });
}

for (const fact of ['new-id', 'primary']) {
  test(`a merge moves associations, and leaves one primary company (${fact})`, async (t) => {
    const { client, contacts } = await office(t, '--fact', `merge=${fact}`);
    await client.crm.associations.v4.basicApi.create('contacts', '102', 'companies', '202', [hubspot(1)]);
    const { id } = await contacts.basicApi.merge({ primaryObjectId: '101', objectIdToMerge: '102' });
    assert.equal(id === '101', fact === 'primary');
    assert.deepEqual(await rows(client, 'contacts', '102', 'companies'), [
      '201 1',
      '201 279',
      '201 USER_DEFINED:21',
      '202 279',
    ]);
    assert.deepEqual(await rows(client, 'companies', '202', 'contacts'), [`${id} 280`]);
    assert.deepEqual(await rows(client, 'deals', '301', 'contacts'), [`${id} 3`]);
  });
}

test('a search filters, sorts and pages', async (t) => {
  const { contacts } = await office(t);
  const find = async (request) => {
    const { total, results, paging } = await contacts.searchApi.doSearch({
      filterGroups: [],
      properties: ['firstname'],
      limit: 10,
      ...request,
    });
    return [total, results.map((r) => r.properties.firstname), paging?.next.after];
  };
  const where = (...filters) => [{ filters }];
  assert.deepEqual(await find({ sorts: ['-firstname'], limit: 2, after: '0' }), [4, ['Eve', 'Di'], '2']);
  assert.deepEqual(
    await find({ sorts: [{ propertyName: 'firstname', direction: 'DESCENDING' }], limit: 2, after: '2' }),
    [4, ['Cy', 'Bo'], undefined],
  );
  assert.deepEqual(
    await find({
      filterGroups: where({ propertyName: 'associations.company', operator: 'EQ', value: '201' }),
      sorts: ['firstname'],
    }),
    [2, ['Bo', 'Cy'], undefined],
  );
  assert.deepEqual(
    await find({
      filterGroups: where(
        { propertyName: 'hs_object_id', operator: 'GT', value: '103' },
        { propertyName: 'email', operator: 'HAS_PROPERTY' },
      ),
    }),
    [1, ['Eve'], undefined],
  );
});

test('a search has its limits', async (t) => {
  const { contacts } = await office(t);
  const search = (request) => contacts.searchApi.doSearch({ filterGroups: [], properties: [], limit: 1, ...request });
  assert.match((await refused(search({ after: '10000' }), 400)).message, /10000/);
  assert.match((await refused(search({ limit: 201 }), 400)).message, /200/);
  assert.equal(
    (
      await refused(
        search({ filterGroups: [{ filters: [{ propertyName: 'shoe', operator: 'EQ', value: '43' }] }] }),
        400,
      )
    ).errors[0].code,
    'PROPERTY_DOESNT_EXIST',
  );
});

test('a search lags behind what is written', async (t) => {
  const { contacts } = await office(t, '--search-lag', '1h');
  const { id } = await contacts.basicApi.create({ properties: { email: 'fay@example.com' } });
  assert.equal((await contacts.searchApi.doSearch({ filterGroups: [], properties: [], limit: 1 })).total, 4);
  assert.equal(
    (await contacts.batchApi.read({ inputs: [{ id }], properties: [], propertiesWithHistory: [] })).results.length,
    1,
  );
});

test('a batch is made in part where every input has a mark', async (t) => {
  const { contacts } = await office(t);
  const inputs = ['bo@example.com', 'fay@example.com'].map((email) => ({ properties: { email } }));
  assert.equal((await refused(contacts.batchApi.create({ inputs }), 409)).category, 'CONFLICT');
  const { httpStatusCode, data } = await contacts.batchApi.createWithHttpInfo({
    inputs: inputs.map((input, n) => ({ ...input, objectWriteTraceId: `mark ${n}` })),
  });
  assert.deepEqual(
    [
      httpStatusCode,
      data.numErrors,
      data.errors[0].context.objectWriteTraceId,
      data.results.map((r) => r.objectWriteTraceId),
    ],
    [207, 1, ['mark 0'], ['mark 1']],
  );
});

test('batches of records have 100 inputs', async (t) => {
  const { contacts } = await office(t);
  const inputs = Array(101).fill({ id: '101' });
  assert.match(
    (await refused(contacts.batchApi.read({ inputs, properties: [], propertiesWithHistory: [] }), 400)).message,
    /100/,
  );
  assert.match(
    (
      await refused(
        contacts.batchApi.read({ inputs: inputs.slice(0, 51), properties: [], propertiesWithHistory: ['email'] }),
        400,
      )
    ).message,
    /50/,
  );
  assert.match((await refused(contacts.basicApi.getPage(101), 400)).message, /100/);
});
