import test from 'ava';
import { withChanges } from '../../../src/images/commit/changes.ts';

const changed = (...changes: readonly string[]) => {
  const made = withChanges(
    { Env: ['PATH=/bin', 'A=0'], Cmd: ['old'], WorkingDir: '/app', Labels: { kept: '1' } },
    changes,
  );
  if ('faults' in made) throw new Error(JSON.stringify(made.faults));
  return made.config;
};

test('instructions change a configuration as docker commit does', (t) => {
  t.deepEqual(changed('CMD ["a", "b c"]').Cmd, ['a', 'b c']);
  t.deepEqual(changed('cmd echo $HOME').Cmd, ['/bin/sh', '-c', 'echo $HOME']);
  // The command was for another entrypoint, unless one is given as well.
  t.is(changed('ENTRYPOINT ["/run"]').Cmd, null);
  t.deepEqual(changed('CMD ["new"]', 'ENTRYPOINT ["/run"]').Cmd, ['new']);
  t.deepEqual(changed('ENV A=1 B="two words" C=x\\ y').Env, ['PATH=/bin', 'A=1', 'B=two words', 'C=x y']);
  t.deepEqual(changed('ENV A one two').Env, ['PATH=/bin', 'A=one two']);
  t.deepEqual(changed('LABEL a.b=1 "c d"=2').Labels, { kept: '1', 'a.b': '1', 'c d': '2' });
  t.deepEqual(changed('EXPOSE 80 53/UDP 8000-8001').ExposedPorts, {
    ...{ '80/tcp': {}, '53/udp': {}, '8000/tcp': {}, '8001/tcp': {} },
  });
  t.deepEqual(changed('VOLUME ["/data"]', 'VOLUME /a /b').Volumes, { '/data': {}, '/a': {}, '/b': {} });
  t.is(changed('WORKDIR sub').WorkingDir, '/app/sub');
  t.is(changed('WORKDIR /other').WorkingDir, '/other');
  t.is(changed('USER me:us').User, 'me:us');
  t.is(changed('STOPSIGNAL SIGINT').StopSignal, 'SIGINT');
  t.deepEqual(changed('ONBUILD RUN true').OnBuild, ['RUN true']);
});

test('all faults are found at once, each with its instruction', (t) => {
  const changes = [
    'RUN true',
    'CMD',
    'ENV =1',
    'EXPOSE 0',
    'EXPOSE 9-8',
    'USER a b',
    'ONBUILD FROM x',
    'LABEL a',
  ];
  const made = withChanges({}, [...changes, 'USER fine']);
  t.deepEqual('faults' in made && made.faults.map(({ change }) => change), changes);
});
