// What the client makes of errors, and which of them it asks again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pair, refused, rows, user } from './checks.mjs';
import { simulate } from './simulator.mjs';

const read = (client) => client.crm.contacts.basicApi.getById('101');

/** Every request of a new portal meets a fault; what the client throws. */
async function met(t, fault, options = {}) {
  const simulator = await simulate(t, '--fault', `${fault}=1`);
  const error = await read(simulator.client(options)).then(
    () => assert.fail(`${fault} passed`),
    (e) => e,
  );
  return { error, asked: (await simulator.requests()).length };
}

for (const [fault, status, category] of [
  ['400', 400, 'VALIDATION_ERROR'],
  ['401', 401, 'EXPIRED_AUTHENTICATION'],
  ['401-invalid', 401, 'INVALID_AUTHENTICATION'],
  ['403', 403, 'MISSING_SCOPES'],
  ['423', 423, 'LOCKED'],
  ['477', 477, 'MIGRATION_IN_PROGRESS'],
  ['500', 500, 'INTERNAL_ERROR'],
  ['503', 503, 'SERVICE_UNAVAILABLE'],
]) {
  test(`${fault} comes through as status ${status}, with its body`, async (t) => {
    const { error, asked } = await met(t, fault);
    assert.deepEqual([error.code, error.body.status, error.body.category, asked], [status, 'error', category, 1]);
    assert.equal(error.headers['x-hubspot-correlation-id'], error.body.correlationId);
    assert.equal(error.headers['retry-after'], fault === '477' ? '1' : undefined);
  });
}

for (const [fault, policyName] of [
  ['429', 'TEN_SECONDLY_ROLLING'],
  ['429-secondly', 'SECONDLY'],
  ['429-daily', 'DAILY'],
  ['429-nameless', undefined],
]) {
  test(`${fault} names its policy`, async (t) => {
    const { error } = await met(t, fault);
    assert.deepEqual([error.code, error.body.errorType, error.body.policyName], [429, 'RATE_LIMIT', policyName]);
    assert.equal(error.headers['retry-after'], undefined);
  });
}

for (const fault of ['502', '521', '524']) {
  test(`a page of HTML with status ${fault} comes through as text`, async (t) => {
    const { error } = await met(t, fault);
    assert.deepEqual([error.code, typeof error.body], [Number(fault), 'string']);
    assert.match(error.body, /^<html>/);
  });
}

for (const fault of ['reset', 'cut', 'not-json', 'empty']) {
  test(`an answer that is broken by ${fault} is an error without a status`, async (t) => {
    const { error, asked } = await met(t, fault, { numberOfApiCallRetries: 3 });
    assert.ok(error instanceof TypeError || error instanceof SyntaxError, error.stack);
    assert.deepEqual([error.code, asked], [undefined, 1]);
  });
}

test('a write whose answer is lost is done, and can be repeated', async (t) => {
  const client = (await simulate(t, '--fault', 'reset-after=2')).client();
  await read(client);
  for (let n = 0; n < 2; n++) {
    await assert.rejects(
      client.crm.associations.v4.batchApi.create('contacts', 'companies', { inputs: [pair('103', '202', user(21))] }),
      TypeError,
    );
    assert.deepEqual(await rows(client, 'contacts', '103', 'companies'), ['202 279', '202 USER_DEFINED:21']);
  }
});

test('the token has scopes for each object type', async (t) => {
  const client = (await simulate(t, '--without-scope', 'companies')).client();
  assert.equal((await read(client)).id, '101');
  for (const call of [
    () => client.crm.companies.basicApi.getById('201'),
    () => client.crm.associations.v4.basicApi.getPage('contacts', '101', 'companies'),
  ]) {
    const body = await refused(call(), 403);
    assert.equal(body.category, 'MISSING_SCOPES');
    assert.match(JSON.stringify(body), /crm\.objects\.companies\.read/);
  }
});

test('a rate is reported in the headers, and where it is used up', async (t) => {
  const client = (await simulate(t, '--rate', '1/1h')).client();
  const { headers } = await client.crm.contacts.basicApi.getByIdWithHttpInfo('101');
  assert.deepEqual(
    ['max', 'remaining', 'interval-milliseconds'].map((name) => headers[`x-hubspot-ratelimit-${name}`]),
    ['1', '0', '3600000'],
  );
  assert.equal((await refused(read(client), 429)).policyName, 'TEN_SECONDLY_ROLLING');
  const search = await client.crm.contacts.searchApi.doSearchWithHttpInfo({
    filterGroups: [],
    properties: [],
    limit: 1,
  });
  assert.deepEqual(
    Object.keys(search.headers).filter((name) => name.startsWith('x-hubspot-ratelimit')),
    [],
  );
});

/** Shortens the waits that the client announces on stderr, and notes how long they are. */
function hurried(t) {
  const waits = [];
  const { setTimeout } = globalThis;
  t.mock.method(console, 'error', () => {
    const wait = (done, ms) => {
      waits.push(ms);
      return setTimeout(done, 0);
    };
    t.mock.method(globalThis, 'setTimeout', wait, { times: 1 });
  });
  return waits;
}

for (const [fault, wait] of [
  ['429', 10_000],
  ['429-secondly', 1000],
  ['502', 200],
  ['503', 200],
  ['504', 200],
]) {
  test(`${fault} is asked again after ${wait} ms`, async (t) => {
    const waits = hurried(t);
    const simulator = await simulate(t, '--fault', `${fault}=2`);
    const client = simulator.client({ numberOfApiCallRetries: 3 });
    await read(client);
    assert.equal((await read(client)).id, '101');
    assert.deepEqual(waits, [wait]);
    assert.deepEqual(
      (await simulator.requests()).map((line) => line.split(' ').at(-1)),
      ['200', fault.slice(0, 3), '200'],
    );
  });
}

test('a number of retries is a number of tries', async (t) => {
  const waits = hurried(t);
  const { error, asked } = await met(t, '500', { numberOfApiCallRetries: 3 });
  assert.deepEqual([error.code, asked, waits], [500, 3, [200, 400]]);
});

for (const fault of ['429-daily', '423', '477']) {
  test(`${fault} is not asked again`, async (t) => {
    const { asked } = await met(t, fault, { numberOfApiCallRetries: 3 });
    assert.equal(asked, 1);
  });
}
