// Pipelines with their stages, owners, and exports.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused } from './checks.mjs';
import { uncalled } from './methods.mjs';
import { simulate } from './simulator.mjs';

const stage = (label, probability, displayOrder = -1) => ({ label, displayOrder, metadata: { probability } });

test('a pipeline is made, changed, replaced and archived', async (t) => {
  const { pipelinesApi, pipelineAuditsApi } = (await simulate(t)).client().crm.pipelines;
  const made = await pipelinesApi.createWithHttpInfo('deals', {
    label: 'Service',
    displayOrder: 0,
    stages: [stage('Asked', '0.1'), stage('Done', '1.0')],
  });
  assert.deepEqual(
    [made.httpStatusCode, made.data.label, made.data.stages.map((s) => [s.label, s.metadata.isClosed])],
    [
      201,
      'Service',
      [
        ['Asked', 'false'],
        ['Done', 'true'],
      ],
    ],
  );
  const { id, stages } = made.data;
  assert.deepEqual(
    (await pipelinesApi.getAll('deals')).results.map((p) => p.label),
    ['Service', 'Sales'],
  );
  assert.deepEqual(
    [
      (await pipelinesApi.update('deals', id, { label: 'Repair' })).label,
      (await pipelinesApi.getById('deals', id)).label,
    ],
    ['Repair', 'Repair'],
  );
  const replaced = await pipelinesApi.replace('deals', id, {
    label: 'Care',
    displayOrder: 1,
    stages: [stage('Asked', '0.5')],
  });
  assert.deepEqual(
    [replaced.label, replaced.stages.map((s) => [s.id, s.metadata.probability])],
    ['Care', [[stages[0].id, '0.5']]],
    'a stage of the same name keeps its id',
  );
  const { results } = await pipelineAuditsApi.getAudit('deals', id);
  assert.ok(results.length > 0 && results.every((r) => r.identifier === id && r.portalId === 7654321));
  assert.equal((await pipelinesApi.archiveWithHttpInfo('deals', id)).httpStatusCode, 204);
  assert.equal((await refused(pipelinesApi.getById('deals', id), 404)).category, 'OBJECT_NOT_FOUND');
  assert.equal(
    (await refused(pipelinesApi.archive('deals', 'sales', true), 400)).category,
    'VALIDATION_ERROR',
    'a deal is in it',
  );
});

test('a stage is made, changed, replaced and archived', async (t) => {
  const { pipelineStagesApi, pipelineStageAuditsApi } = (await simulate(t)).client().crm.pipelines;
  const all = async () => (await pipelineStagesApi.getAll('deals', 'sales')).results.map((s) => s.label);
  const made = await pipelineStagesApi.createWithHttpInfo('deals', 'sales', stage('Offered', '0.5', 1));
  const { id } = made.data;
  assert.deepEqual([made.httpStatusCode, await all()], [201, ['Open', 'Offered', 'Won']]);
  assert.equal((await pipelineStagesApi.update('deals', 'sales', id, { label: 'Bid', metadata: {} })).label, 'Bid');
  const replaced = await pipelineStagesApi.replace('deals', 'sales', id, stage('Lost', '0.0', 2));
  assert.deepEqual([replaced.id, replaced.metadata.isClosed], [id, 'true']);
  assert.equal((await pipelineStagesApi.getById('deals', 'sales', id)).label, 'Lost');
  assert.deepEqual(await all(), ['Open', 'Won', 'Lost']);
  await refused(pipelineStageAuditsApi.getAudit('deals', id), 404); // the client leaves {pipelineId} in the path
  assert.equal((await pipelineStagesApi.archiveWithHttpInfo('deals', 'sales', id)).httpStatusCode, 204);
  assert.deepEqual(await all(), ['Open', 'Won']);
  assert.equal(
    (
      await refused(
        pipelineStagesApi.create('deals', 'sales', { label: 'No metadata', displayOrder: 0, metadata: {} }),
        400,
      )
    ).category,
    'VALIDATION_ERROR',
  );
});

test('owners are listed in pages, by address, by id and by user', async (t) => {
  const simulator = await simulate(t);
  const { ownersApi } = simulator.client().crm.owners;
  assert.deepEqual(
    (await ownersApi.getPage()).results.map((o) => o.id),
    ['42', '43'],
    'the path comes without its slash',
  );
  const first = await ownersApi.getPage(undefined, undefined, 1);
  assert.deepEqual([first.results.map((o) => o.email), first.paging.next.after], [['ada@example.com'], '42']);
  assert.deepEqual(
    (await ownersApi.getPage(undefined, '42', 1)).results.map((o) => o.email),
    ['alan@example.com'],
  );
  assert.deepEqual(
    (await ownersApi.getPage('alan@example.com')).results.map((o) => o.lastName),
    ['Turing'],
  );
  const { userId, firstName, createdAt } = await ownersApi.getById(42);
  assert.ok(firstName === 'Ada' && !Number.isNaN(+createdAt));
  assert.equal((await ownersApi.getById(userId, 'userId')).id, '42');
  const removed = (await ownersApi.getPage(undefined, undefined, 100, true)).results;
  assert.deepEqual(
    removed.map((o) => [o.id, o.archived, o.userId ?? null, o.userIdIncludingInactive]),
    [['44', true, null, 1000044]],
  );
  assert.equal((await ownersApi.getById(44, 'id', true)).lastName, 'Hopper');
  assert.equal((await refused(ownersApi.getById(45), 404)).category, 'OBJECT_NOT_FOUND');
});

test('an export is followed, although the client cannot start one', async (t) => {
  const simulator = await simulate(t);
  const client = simulator.client();
  const { publicExportsApi } = client.crm.exports;
  const body = {
    exportType: 'VIEW',
    format: 'CSV',
    exportName: 'All',
    objectProperties: ['email'],
    associatedObjectType: 'companies',
    objectType: 'contacts',
    language: 'EN',
  };
  await assert.rejects(publicExportsApi.start(body), TypeError);
  assert.deepEqual(await simulator.requests(), [], "the error is the client's own");
  const started = await client.apiRequest({ method: 'POST', path: '/crm/v3/exports/export/async', body });
  assert.equal(started.status, 202);
  const { id } = await started.json();
  let status;
  do {
    status = await publicExportsApi.getStatus(id);
  } while (status.status !== 'COMPLETE');
  const lines = (await (await fetch(status.result)).text()).trim().split('\n');
  assert.deepEqual(lines.slice(0, 2), ['Record ID,Email,Associated Company IDs', '101,bo@example.com,201']);
  assert.equal(lines.length, 5);
});

test('every method was called', () => assert.deepEqual(uncalled('pipelines.test.mjs'), []));
