import test from 'ava';
import { networkProblems } from '../../../../src/engine/operations/checks/network-checks.ts';
import { emptyRecord } from '../../../../src/engine/record/project-record.ts';
import { loadText, web } from '../../../project/support.ts';

const bridge = 'com.docker.network.bridge.name';

/** The link `taken` has this alias. */
const found = (network: string, alias?: string, hasIpv6 = true) => {
  const { project } = loadText(
    `${web('networks: [back]')}networks: {back: ${network}, unused: {enable_ipv6: true}}`,
  );
  const link = (name: string) =>
    name === 'taken' ? { index: 7, name, up: true, ...(alias ? { alias } : {}) } : undefined;
  const context = { record: emptyRecord('project'), route: { link } };
  return networkProblems(context as unknown as Parameters<typeof networkProblems>[0], project!, hasIpv6).map(
    ({ code, from }) => [code, from],
  );
};

test('a bridge whose name another interface has', (t) => {
  const network = `{driver_opts: {${bridge}: taken}}`;
  t.deepEqual(found(network), [['name-in-use', 'networks.back.driver_opts']]);
  t.deepEqual(found(network, 'tscompose/other/back'), [['name-in-use', 'networks.back.driver_opts']]);
  t.deepEqual(found(network, 'tscompose/project/back'), []);
  t.deepEqual(found(`{driver_opts: {${bridge}: free}}`), []);
});

test('IPv6 on a machine without it', (t) => {
  t.deepEqual(found('{enable_ipv6: true}', undefined, false), [['no-ipv6', 'networks.back.enable_ipv6']]);
  t.deepEqual(found('{enable_ipv6: true}'), []);
  t.deepEqual(found('{}', undefined, false), []);
});
