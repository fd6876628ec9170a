import test from 'ava';
import { chosenServices } from '../../../src/project/model/chosen-services.ts';

const needs = (...names: string[]) => ({
  dependsOn: Object.fromEntries(names.map((name) => [name, { condition: 'service_started' }])),
});

const project = { services: { web: needs('api'), api: needs('db'), db: needs(), other: needs() } };

const request = (services: readonly string[], noDeps = false) =>
  ({ project, services, noDeps }) as unknown as Parameters<typeof chosenServices>[0];

test('an up of everything is about all services of the file', (t) => {
  t.deepEqual(chosenServices(request([])), ['web', 'api', 'db', 'other']);
});

test('an up of a service is about what it depends on as well, and about nothing else', (t) => {
  t.deepEqual(chosenServices(request(['web'])), ['web', 'api', 'db']);
});

test('without dependencies it is about the named ones', (t) => {
  t.deepEqual(chosenServices(request(['web'], true)), ['web']);
});
