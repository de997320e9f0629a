// Custom objects, and the properties of records.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused, rows } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const boat = {
  name: 'boat',
  labels: { singular: 'Boat', plural: 'Boats' },
  primaryDisplayProperty: 'hull',
  requiredProperties: ['hull'],
  searchableProperties: ['hull'],
  properties: [{ name: 'hull', label: 'Hull', type: 'string', fieldType: 'text' }],
  associatedObjects: ['CONTACT'],
};

test('a custom object is made, changed, associated and archived', async (t) => {
  const client = (await simulate(t)).client();
  const { coreApi } = client.crm.schemas;
  const made = await coreApi.createWithHttpInfo(boat);
  assert.deepEqual(
    [made.httpStatusCode, made.data.fullyQualifiedName, made.data.labels.plural],
    [201, 'p7654321_boat', 'Boats'],
  );
  const type = made.data.objectTypeId;
  assert.match(type, /^2-\d+$/);
  assert.deepEqual(
    (await coreApi.getAll()).results.map((r) => r.name),
    ['cars', 'boat'],
  );
  assert.equal((await coreApi.update(type, { labels: { singular: 'Ship', plural: 'Ships' } })).labels.plural, 'Ships');
  assert.equal((await coreApi.getById('p_boat')).labels.singular, 'Ship');

  const association = await coreApi.createAssociation(type, {
    fromObjectTypeId: type,
    toObjectTypeId: 'p_cars',
    name: 'boat_to_car',
  });
  assert.deepEqual(
    [association.fromObjectTypeId, association.toObjectTypeId, association.name],
    [type, '2-1001', 'boat_to_car'],
  );
  const { id } = await client.crm.objects.basicApi.create(type, {
    properties: { hull: 'Argo' },
    associations: [
      { to: { id: '401' }, types: [{ associationCategory: 'USER_DEFINED', associationTypeId: association.id }] },
    ],
  });
  assert.deepEqual(await rows(client, type, id, 'p_cars'), [`401 USER_DEFINED:${association.id}`]);
  assert.equal((await coreApi.archiveAssociationWithHttpInfo(type, association.id)).httpStatusCode, 204);
  assert.deepEqual(await rows(client, type, id, 'p_cars'), []);

  assert.match((await refused(coreApi.archive(type), 400)).message, /has records/);
  await client.crm.objects.basicApi.archive(type, id);
  assert.equal((await coreApi.archiveWithHttpInfo(type)).httpStatusCode, 204);
  assert.deepEqual(
    (await coreApi.getAll(true)).results.map((r) => [r.name, r.archived]),
    [['boat', true]],
  );
  await refused(coreApi.getById(type), 400);
  await coreApi.archive(type, true); // for good
  assert.deepEqual((await coreApi.getAll(true)).results, []);
});

test("the schema of HubSpot's own type tells the association types with both directions", async (t) => {
  const { coreApi } = (await simulate(t)).client().crm.schemas;
  const { objectTypeId, associations, properties } = await coreApi.getById('contacts');
  assert.equal(objectTypeId, '0-1');
  const between = associations
    .filter((a) => [a.fromObjectTypeId, a.toObjectTypeId].toSorted().join() === '0-1,0-2')
    .map((a) => `${a.id} ${a.fromObjectTypeId} ${a.name}`);
  assert.ok(
    between.includes('279 0-1 CONTACT_TO_COMPANY_UNLABELED') &&
      between.includes('280 0-2 COMPANY_TO_CONTACT_UNLABELED'),
    between.join(),
  );
  assert.ok(between.includes('21 0-1 advisor') && between.includes('22 0-2 advisor'), between.join());
  assert.ok(properties.some((p) => p.name === 'email'));
});

test('schemas that cannot be are refused', async (t) => {
  const { coreApi } = (await simulate(t)).client().crm.schemas;
  assert.equal((await refused(coreApi.create({ ...boat, name: 'cars' }), 409)).category, 'OBJECT_ALREADY_EXISTS');
  assert.equal(
    (await refused(coreApi.create({ ...boat, primaryDisplayProperty: undefined }), 400)).category,
    'VALIDATION_ERROR',
  );
  assert.match((await refused(coreApi.getById('cars'), 400)).message, /Unable to infer object type from: cars/);
  assert.match(
    (await refused(coreApi.update('contacts', { labels: { singular: 'Person', plural: 'People' } }), 400)).message,
    /HubSpot's own/,
  );
});

const size = {
  name: 'shoe_size',
  label: 'Shoe size',
  type: 'enumeration',
  fieldType: 'select',
  groupName: 'contactinformation',
  options: [{ label: 'Small', value: '36', hidden: false, displayOrder: 0 }],
};

test('a property is made, changed and archived', async (t) => {
  const { properties, contacts } = (await simulate(t)).client().crm;
  const { coreApi } = properties;
  const made = await coreApi.createWithHttpInfo('contacts', size);
  assert.deepEqual(
    [made.httpStatusCode, made.data.name, made.data.options.map((o) => o.value), made.data.hubspotDefined ?? false],
    [201, 'shoe_size', ['36'], false],
  );
  await contacts.basicApi.update('101', { properties: { shoe_size: '36' } });
  assert.equal(
    (await refused(contacts.basicApi.update('101', { properties: { shoe_size: '43' } }), 400)).errors[0].code,
    'INVALID_OPTION',
  );
  assert.equal((await coreApi.update('contacts', 'shoe_size', { label: 'Size of shoe' })).label, 'Size of shoe');
  assert.equal((await coreApi.getByName('contacts', 'shoe_size')).label, 'Size of shoe');
  assert.ok((await coreApi.getAll('contacts')).results.some((p) => p.name === 'shoe_size'));
  assert.equal((await refused(coreApi.create('contacts', size), 409)).category, 'CONFLICT');
  assert.equal((await coreApi.archiveWithHttpInfo('contacts', 'shoe_size')).httpStatusCode, 204);
  assert.equal((await refused(coreApi.getByName('contacts', 'shoe_size'), 404)).category, 'OBJECT_NOT_FOUND');
  assert.deepEqual(
    (await coreApi.getAll('contacts', true)).results.map((p) => [p.name, p.archived]),
    [['shoe_size', true]],
  );
  await refused(coreApi.archive('contacts', 'email'), 400);
});

test('properties are made, read and archived in batches', async (t) => {
  const { batchApi, coreApi } = (await simulate(t)).client().crm.properties;
  const made = await batchApi.createWithHttpInfo('contacts', {
    inputs: [size, { ...size, name: 'hat_size' }, { ...size, name: 'email' }],
  });
  assert.deepEqual(
    [made.httpStatusCode, made.data.results.map((p) => p.name), made.data.errors.length],
    [207, ['shoe_size', 'hat_size'], 1],
  );
  const read = await batchApi.readWithHttpInfo('contacts', {
    inputs: [{ name: 'hat_size' }, { name: 'tie' }],
    archived: false,
  });
  assert.deepEqual(
    [read.httpStatusCode, read.data.results.map((p) => p.name), read.data.numErrors],
    [207, ['hat_size'], 1],
  );
  assert.equal(
    (await batchApi.archiveWithHttpInfo('contacts', { inputs: [{ name: 'hat_size' }, { name: 'shoe_size' }] }))
      .httpStatusCode,
    204,
  );
  assert.deepEqual(
    (await coreApi.getAll('contacts', true)).results.map((p) => p.name),
    ['hat_size', 'shoe_size'],
  );
});

test('a group of properties is made, changed and archived', async (t) => {
  const { groupsApi, coreApi } = (await simulate(t)).client().crm.properties;
  const made = await groupsApi.createWithHttpInfo('contacts', { name: 'sizes', label: 'Sizes', displayOrder: 2 });
  assert.deepEqual([made.httpStatusCode, made.data.label, made.data.archived], [201, 'Sizes', false]);
  assert.deepEqual(
    (await groupsApi.getAll('contacts')).results.map((g) => g.name),
    ['contactinformation', 'sizes'],
  );
  assert.equal((await groupsApi.update('contacts', 'sizes', { label: 'Measures' })).label, 'Measures');
  assert.equal((await groupsApi.getByName('contacts', 'sizes')).displayOrder, 2);
  await coreApi.create('contacts', { ...size, groupName: 'sizes' });
  await refused(groupsApi.archive('contacts', 'sizes'), 400); // it is not empty
  await coreApi.archive('contacts', 'shoe_size');
  assert.equal((await groupsApi.archiveWithHttpInfo('contacts', 'sizes')).httpStatusCode, 204);
  await refused(groupsApi.getByName('contacts', 'sizes'), 404);
});

test('every method was called', () => assert.deepEqual(uncalled('schemas.test.mjs'), []));
