// What the tests ask again and again.
import assert from 'node:assert/strict';

export const hubspot = (id) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: id });
export const user = (id) => ({ associationCategory: 'USER_DEFINED', associationTypeId: id });

/** One input of a batch of associations, as Node's client calls its fields. */
export const pair = (from, to, ...types) => ({
  _from: { id: from },
  to: { id: to },
  ...(types.length > 0 && { types }),
});

/** The rows that a record lists: "201 USER_DEFINED:21", and for HubSpot's own types "201 279". */
export async function rows(client, from, id, to) {
  const page = await client.crm.associations.v4.basicApi.getPage(from, id, to, undefined, 500);
  return page.results.flatMap(rowsOf).toSorted();
}

export const rowsOf = ({ toObjectId, associationTypes }) =>
  associationTypes.map(
    ({ category, typeId }) => `${toObjectId} ${category === 'HUBSPOT_DEFINED' ? '' : `${category}:`}${typeId}`,
  );

/** What the server says where the client must throw with a status. */
export async function refused(call, status) {
  const error = await call.then(
    (value) => assert.fail(`status ${status} was expected, and not ${JSON.stringify(value)}`),
    (e) => e,
  );
  assert.equal(error.code, status, error.stack);
  return error.body;
}
