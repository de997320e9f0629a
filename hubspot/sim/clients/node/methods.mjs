// Every method of HubSpot's client that concerns this project, the file that
// drives it, and what is left out, with the reason.
import { Client } from '@hubspot/api-client';
import * as definitions from '@hubspot/api-client/lib/codegen/crm/associations/v4/schema/index.js';

const basic = 'archive create getById getPage update';
const batch = 'archive create read update upsert';

const records = (...names) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`${name}.basicApi`, basic],
      [`${name}.batchApi`, batch],
      [`${name}.searchApi`, 'doSearch'],
    ]),
  );

/** The methods of each class, by the file that drives them. */
export const driven = {
  'associations.test.mjs': {
    'crm.associations.v4.basicApi': 'archive create createDefault getPage',
    'crm.associations.v4.batchApi': 'archive archiveLabels create createDefault getPage',
    'crm.associations.v4.reportApi': 'request',
  },
  'legacy.test.mjs': {
    'crm.associations.batchApi': 'archive create read',
    'crm.associations.schema.typesApi': 'getAll',
  },
  'labels.test.mjs': {
    'crm.associations.v4.schema.definitionsApi': 'create getAll remove update',
    'crm.associations.v4.schema.DefinitionConfigurationsApi':
      'batchCreate batchRemove batchUpdate getAll getAllBetweenTwoObjectTypes',
  },
  'records.test.mjs': {
    ...records(
      'crm.companies',
      'crm.contacts',
      'crm.deals',
      'crm.tickets',
      'crm.products',
      'crm.lineItems',
      'crm.quotes',
      'crm.commerce.invoices',
      'crm.objects',
    ),
    ...records(
      ...[
        'calls',
        'communications',
        'emails',
        'goals',
        'leads',
        'meetings',
        'notes',
        'postalMail',
        'tasks',
        'taxes',
      ].map((name) => `crm.objects.${name}`),
    ),
    'crm.contacts.basicApi': `${basic} merge purge`,
    'crm.companies.basicApi': `${basic} merge`,
    'crm.deals.basicApi': `${basic} merge`,
    'crm.tickets.basicApi': `${basic} merge`,
    'crm.objects.feedbackSubmissions.basicApi': 'getById getPage',
    'crm.objects.feedbackSubmissions.batchApi': 'read',
    'crm.objects.feedbackSubmissions.searchApi': 'doSearch',
    ...Object.fromEntries(
      ['companies', 'contacts', 'deals', 'lineItems', 'products', 'quotes', 'tickets'].map((name) => [
        `crm.${name}`,
        'getAll',
      ]),
    ),
  },
  'schemas.test.mjs': {
    'crm.schemas.coreApi': 'archive archiveAssociation create createAssociation getAll getById update',
    'crm.properties.batchApi': 'archive create read',
    'crm.properties.coreApi': 'archive create getAll getByName update',
    'crm.properties.groupsApi': 'archive create getAll getByName update',
  },
  'pipelines.test.mjs': {
    'crm.pipelines.pipelineAuditsApi': 'getAudit',
    'crm.pipelines.pipelineStageAuditsApi': 'getAudit',
    'crm.pipelines.pipelineStagesApi': 'archive create getAll getById replace update',
    'crm.pipelines.pipelinesApi': 'archive create getAll getById replace update',
    'crm.owners.ownersApi': 'getById getPage',
    'crm.exports.publicExportsApi': 'getStatus start',
  },
  'tokens.test.mjs': {
    'oauth.accessTokensApi': 'get',
    'oauth.refreshTokensApi': 'archive get',
    'oauth.tokensApi': 'create',
  },
};

/** What is left out, by the beginning of its name. */
export const left = {
  'crm.extensions': 'cards and calls within the user interface: neither records nor associations',
  'crm.imports': 'reads files of records, which the simulator does not take in',
  'crm.lists': 'lists of records: nothing in this project reads them',
  'crm.timeline': 'events of apps: neither records nor associations',
  'crm.objects.dealSplits': 'deal splits have no documented object type id, so that the simulator has none',
  'oauth.getAuthorizationUrl': 'makes a text, and asks nothing',
};

const calls = new Set();

/** A client, or a part of it, that notes which methods are called: "crm.owners.ownersApi.getPage". */
export function noted(part, path = '') {
  return new Proxy(part, {
    get(target, name) {
      const value = target[name];
      if (typeof value === 'function') {
        return (...args) => {
          calls.add(path + name.replace(/WithHttpInfo$/, ''));
          return value.apply(target, args);
        };
      }
      return typeof value === 'object' && value !== null ? noted(value, `${path}${name}.`) : value;
    },
  });
}

/** The class for the limits of associations, which no client offers: it is made by hand. */
export function limits(url) {
  const api = new definitions.DefinitionConfigurationsApi(
    definitions.createConfiguration({
      baseServer: new definitions.ServerConfiguration(url, {}),
      authMethods: { oauth2: { accessToken: 'token' } },
    }),
  );
  return noted(api, 'crm.associations.v4.schema.DefinitionConfigurationsApi.');
}

/** The methods of a file's classes that it has not called. */
export const uncalled = (file) => methodsOf(driven[file]).filter((name) => !calls.has(name));

/** The names of all methods of a table of classes. */
export const methodsOf = (classes) =>
  Object.entries(classes).flatMap(([name, methods]) => methods.split(' ').map((method) => `${name}.${method}`));

/** The names of all methods that the library has below crm and oauth. */
export function offered() {
  const client = new Client({ accessToken: 'token' });
  const configurations = Object.getOwnPropertyNames(definitions.DefinitionConfigurationsApi.prototype);
  return [
    ...below(client.crm, 'crm'),
    ...below(client.oauth, 'oauth'),
    ...configurations.map((method) => `crm.associations.v4.schema.DefinitionConfigurationsApi.${method}`),
  ].filter((name) => !/(WithHttpInfo|\.constructor)$/.test(name));
}

function below(part, path) {
  const names = new Set([...Object.keys(part), ...Object.getOwnPropertyNames(Object.getPrototypeOf(part))]);
  const isApi = path.endsWith('Api');
  return [...names].flatMap((name) => {
    const value = part[name];
    if (typeof value === 'function') {
      return [`${path}.${name}`];
    }
    return isApi || name === 'config' || name.startsWith('_') || typeof value !== 'object'
      ? []
      : below(value, `${path}.${name}`);
  });
}
