// Every class of records goes through the same life.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

/** The classes, by the object type that they are about. */
const classes = {
  contacts: 'contacts',
  companies: 'companies',
  deals: 'deals',
  tickets: 'tickets',
  products: 'products',
  line_items: 'lineItems',
  quotes: 'quotes',
  invoices: 'commerce.invoices',
  p_cars: 'objects',
  calls: 'objects.calls',
  communications: 'objects.communications',
  emails: 'objects.emails',
  goal_targets: 'objects.goals',
  leads: 'objects.leads',
  meetings: 'objects.meetings',
  notes: 'objects.notes',
  postal_mail: 'objects.postalMail',
  tasks: 'objects.tasks',
  taxes: 'objects.taxes',
};

/** The class for an object type, whose methods take the type first where it is the class for all. */
function recordsOf(client, type) {
  const found = classes[type].split('.').reduce((part, name) => part[name], client.crm);
  const bind = (api) =>
    new Proxy(api, {
      get: (target, name) =>
        target[name] && ((...args) => target[name](...(classes[type] === 'objects' ? [type] : []), ...args)),
    });
  return { all: found.getAll, basic: bind(found.basicApi), batch: bind(found.batchApi), search: bind(found.searchApi) };
}

const external = (value) => ({ properties: { external_id: value } });
const values = ({ results }) => results.map((r) => r.properties.external_id).toSorted();

for (const type of Object.keys(classes)) {
  test(`${type} are written and read`, async (t) => {
    const client = (await simulate(t)).client();
    await client.crm.properties.coreApi.create(type, {
      name: 'external_id',
      label: 'External id',
      type: 'string',
      fieldType: 'text',
      groupName: 'own',
      hasUniqueValue: true,
    });
    const records = recordsOf(client, type);
    const before = (await records.basic.getPage(100)).results.length;
    const id = await one(records);
    await several(records, id);
    await pages(records, before + 4);
    await theEnd(records, id, before);
    await merges(records);
  });
}

/** One record is made, read and changed. */
async function one({ basic }) {
  const made = await basic.createWithHttpInfo({ ...external('one'), associations: [] });
  assert.equal(made.httpStatusCode, 201);
  const { id, properties, createdAt, archived } = made.data;
  assert.ok(Number(id) > 2 ** 31 && typeof id === 'string' && !Number.isNaN(+createdAt) && archived === false);
  assert.equal(properties.external_id, 'one');
  const byID = await basic.getById(id, ['external_id', 'no_such_property'], ['external_id'], undefined, false);
  assert.deepEqual(
    [byID.properties.external_id, byID.properties.hs_object_id, byID.properties.no_such_property],
    ['one', id, undefined],
  );
  assert.deepEqual(
    byID.propertiesWithHistory.external_id.map((v) => v.value),
    ['one'],
  );
  assert.equal((await basic.getById('one', [], [], [], false, 'external_id')).id, id);
  assert.equal((await basic.update(id, external('uno'))).properties.external_id, 'uno');
  assert.equal((await basic.update('uno', external('one'), 'external_id')).id, id);
  assert.equal((await refused(basic.create(external('one')), 409)).category, 'CONFLICT');
  assert.equal(
    (await refused(basic.create({ properties: { no_such_property: 'x' } }), 400)).errors[0].code,
    'PROPERTY_DOESNT_EXIST',
  );
  assert.equal((await refused(basic.getById('999'), 404)).category, 'OBJECT_NOT_FOUND');
  return id;
}

/** Batches make, read, change and find records. */
async function several({ batch, search }, id) {
  const made = await batch.createWithHttpInfo({ inputs: [external('two'), external('three')] });
  assert.deepEqual([made.httpStatusCode, made.data.status, values(made.data)], [201, 'COMPLETE', ['three', 'two']]);
  const two = made.data.results.find((r) => r.properties.external_id === 'two').id;
  const read = await batch.readWithHttpInfo({
    inputs: [{ id }, { id: two }, { id: '999' }],
    properties: ['external_id'],
    propertiesWithHistory: [],
  });
  assert.deepEqual([read.httpStatusCode, values(read.data), read.data.numErrors], [207, ['one', 'two'], 1]);
  assert.deepEqual([read.data.errors[0].category, read.data.errors[0].context.ids], ['OBJECT_NOT_FOUND', ['999']]);
  const known = await batch.readWithHttpInfo({
    inputs: [{ id: 'two' }],
    properties: [],
    propertiesWithHistory: [],
    idProperty: 'external_id',
  });
  assert.deepEqual(
    [known.httpStatusCode, known.data.results.map((r) => r.id), known.data.errors],
    [200, [two], undefined],
  );
  const changed = await batch.updateWithHttpInfo({ inputs: [{ id: two, ...external('dos') }] });
  assert.deepEqual([changed.httpStatusCode, values(changed.data)], [200, ['dos']]);
  const upserted = await batch.upsertWithHttpInfo({
    inputs: ['dos', 'four'].map((value) => ({ id: value, idProperty: 'external_id', ...external(value) })),
  });
  assert.deepEqual(
    [upserted.httpStatusCode, Object.fromEntries(upserted.data.results.map((r) => [r.properties.external_id, r._new]))],
    [200, { dos: false, four: true }],
  );
  const filters = [{ propertyName: 'external_id', operator: 'EQ', value: 'dos' }];
  const { total, results } = await search.doSearch({
    filterGroups: [{ filters }],
    properties: ['external_id'],
    limit: 10,
    after: '0',
    sorts: ['external_id'],
  });
  assert.deepEqual([total, results.map((r) => [r.id, r.properties.external_id])], [1, [[two, 'dos']]]);
}

/** The pages of a list hold every record once, in the order of the ids. */
async function pages({ all, basic }, count) {
  const ids = [];
  let after;
  do {
    const { results, paging } = await basic.getPage(2, after, ['external_id'], undefined, undefined, false);
    assert.ok(results.length <= 2);
    ids.push(...results.map((r) => r.id));
    after = paging?.next.after;
  } while (after);
  assert.equal(ids.length, count);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
  if (all) {
    assert.deepEqual(
      (await all(2)).map((r) => r.id),
      ids,
    );
  }
}

/** Archived records are in their own list, and nowhere else. */
async function theEnd({ basic, batch, search }, id, before) {
  assert.equal((await basic.archiveWithHttpInfo(id)).httpStatusCode, 204);
  assert.equal((await refused(basic.getById(id), 404)).category, 'OBJECT_NOT_FOUND');
  const archived = await basic.getById(id, ['external_id'], undefined, undefined, true);
  assert.ok(archived.archived && !Number.isNaN(+archived.archivedAt));
  assert.deepEqual(
    (await basic.getPage(10, undefined, [], [], [], true)).results.map((r) => r.id),
    [id],
  );
  assert.equal(
    (
      await search.doSearch({
        filterGroups: [{ filters: [{ propertyName: 'external_id', operator: 'EQ', value: 'one' }] }],
        properties: [],
        limit: 1,
      })
    ).total,
    0,
  );
  const rest = (await basic.getPage(100)).results.slice(before);
  assert.equal(
    (await batch.archiveWithHttpInfo({ inputs: [...rest.map((r) => ({ id: r.id })), { id: '999' }] })).httpStatusCode,
    204,
  );
  assert.equal((await basic.getPage(100)).results.length, before);
}

/** Of two records that are merged one is left, under a new id, and both old ids lead to it. */
async function merges({ basic, batch }) {
  if (!basic.merge) {
    return;
  }
  const { results } = await batch.create({ inputs: [external('left'), external('right')] });
  const [left, right] = results.toSorted((a, b) => a.id - b.id).map((r) => r.id);
  const survivor = await basic.merge({ primaryObjectId: left, objectIdToMerge: right });
  assert.ok(![left, right].includes(survivor.id));
  assert.equal(survivor.properties.hs_merged_object_ids, `${left};${right}`);
  assert.deepEqual([(await basic.getById(left)).id, (await basic.getById(right)).id], [survivor.id, survivor.id]);
  assert.match((await refused(basic.merge({ primaryObjectId: left, objectIdToMerge: right }), 400)).message, /itself/);
}

test('a contact is deleted for good', async (t) => {
  const { basicApi } = (await simulate(t)).client().crm.contacts;
  assert.equal(
    (await basicApi.purgeWithHttpInfo({ objectId: 'bo@example.com', idProperty: 'email' })).httpStatusCode,
    204,
  );
  for (const archived of [false, true]) {
    await refused(basicApi.getById('101', [], [], [], archived), 404);
  }
});

test('feedback is only read', async (t) => {
  const { basicApi, batchApi, searchApi } = (await simulate(t)).client().crm.objects.feedbackSubmissions;
  assert.deepEqual(
    (await basicApi.getPage()).results.map((r) => r.id),
    ['601'],
  );
  assert.equal((await basicApi.getById('601', ['hs_content'])).properties.hs_content, 'Fine');
  assert.equal(
    (await batchApi.read({ inputs: [{ id: '601' }], properties: ['hs_content'], propertiesWithHistory: [] })).results[0]
      .properties.hs_content,
    'Fine',
  );
  assert.equal((await searchApi.doSearch({ query: 'fine', filterGroups: [], properties: [], limit: 1 })).total, 1);
});

test('every method was called', () => assert.deepEqual(uncalled('records.test.mjs'), []));
