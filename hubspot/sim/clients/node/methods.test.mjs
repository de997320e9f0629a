import assert from 'node:assert/strict';
import { test } from 'node:test';

import { driven, left, methodsOf, offered } from './methods.mjs';

test('every method of the library is driven, or left out for a reason', () => {
  const known = Object.values(driven).flatMap(methodsOf);
  const needed = offered().filter((name) => !Object.keys(left).some((beginning) => name.startsWith(beginning)));
  assert.deepEqual(known.toSorted(), needed.toSorted());
});

test('nothing is left out that the library does not have', () => {
  const idle = Object.keys(left).filter((beginning) => !offered().some((name) => name.startsWith(beginning)));
  assert.deepEqual(idle, []);
});
