import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'ava';
import { propagationProblems } from '../../../../src/engine/operations/checks/propagation-checks.ts';
import { project, service } from '../../../plan/samples.ts';

const TEMPORARY = realpathSync(tmpdir());

const messages = (propagation: string, optional: string) =>
  propagationProblems(
    project(
      service('web', {
        mounts: [
          {
            kind: 'bind',
            from: 'services.web.volumes[0]',
            target: '/a',
            source: `${TEMPORARY}/not/there`,
            readOnly: false,
            createHostPath: true,
            propagation,
          },
        ],
      }),
    ),
    () => `1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / ${TEMPORARY} rw ${optional}- ext4 /dev/b rw\n`,
  ).map(({ message }) => message);

test('as in Docker, a bind mount shares its mounts with the host where the mount of its source is shared', (t) => {
  t.regex(messages('rshared', '')[0]!, new RegExp(`is on ${TEMPORARY}, which is not a shared mount`));
  t.is(messages('shared', 'master:1 ').length, 1);
  t.deepEqual(messages('rshared', 'shared:1 '), []);
  t.deepEqual(messages('private', ''), []);
});

test('as in Docker, a bind mount receives mounts where the mount of its source shares or receives them', (t) => {
  for (const propagation of ['slave', 'rslave']) {
    t.regex(messages(propagation, '')[0]!, /is not a shared or slave mount/);
    t.deepEqual(messages(propagation, 'master:1 '), []);
    t.deepEqual(messages(propagation, 'shared:1 '), []);
  }
});
