import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readDockerDaemon } from '../../../src/images/registry/docker-daemon.ts';
import { endpointsOf } from '../../../src/images/registry/endpoints.ts';
import { readRegistriesConf } from '../../../src/images/registry/registries-conf.ts';
import { reference } from '../with-store.ts';
import { withRegistry } from './with-registry.ts';

test(
  'registries.conf, its drop-ins and daemon.json: mirrors, locations, insecure and blocked registries',
  withRegistry(async (t, { etc }) => {
    mkdirSync(join(etc, 'containers/registries.conf.d'), { recursive: true });
    mkdirSync(join(etc, 'docker'));
    writeFileSync(
      join(etc, 'containers/registries.conf'),
      `unqualified-search-registries = ["docker.io", "quay.io"]
[[registry]]
prefix = "quay.io/team"
location = "intern:5000/quay"
insecure = true
[[registry.mirror]]
location = "near/quay"
[[registry.mirror]]
location = "pinned"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "*.evil.example"
blocked = true
[[registry]]
location = "ghcr.io"
blocked = true
`,
    );
    writeFileSync(
      join(etc, 'containers/registries.conf.d/10-open.conf'),
      '[[registry]]\nlocation = "ghcr.io"\n',
    );
    writeFileSync(
      join(etc, 'docker/daemon.json'),
      '{"registry-mirrors":["https://hub-mirror"],"insecure-registries":["10.0.0.0/8"]}',
    );
    const settings = { conf: readRegistriesConf({}, etc), daemon: readDockerDaemon(etc) };
    const places = (name: string): readonly string[] =>
      endpointsOf(reference(name), settings).map(({ origins, path }) => `${origins.join(' ')} ${path}`);
    t.deepEqual(settings.conf.searched, ['docker.io', 'quay.io']);
    t.deepEqual(places('postgres'), [
      'https://hub-mirror library/postgres',
      'https://registry-1.docker.io library/postgres',
    ]);
    t.deepEqual(places('quay.io/team/app'), [
      'https://near quay/app',
      'https://intern:5000 http://intern:5000 quay/app',
    ]);
    t.deepEqual(places('quay.io/teamwork/app'), ['https://quay.io teamwork/app']);
    t.deepEqual(places(`quay.io/team/app@sha256:${'a'.repeat(64)}`)[1], 'https://pinned app');
    t.deepEqual(places('10.1.2.3:5000/app'), ['https://10.1.2.3:5000 http://10.1.2.3:5000 app']);
    t.deepEqual(places('ghcr.io/a/b'), ['https://ghcr.io a/b']);
    t.throws(() => places('x.evil.example/app'), { message: /is blocked on this machine/ });
  }),
);

// Red without: `PLACE` in endpoints.ts.
test(
  'a location that is no repository is said, and nothing is asked: a scheme, or a registry alone',
  withRegistry(async (t, { etc }) => {
    mkdirSync(join(etc, 'containers'));
    writeFileSync(
      join(etc, 'containers/registries.conf'),
      `[[registry]]
prefix = "docker.io/library/app"
location = "mirror:5000"
[[registry]]
prefix = "quay.io"
location = "https://mirror.example/quay"
[[registry]]
prefix = "ghcr.io"
[[registry.mirror]]
location = "http://near/ghcr"
`,
    );
    const settings = { conf: readRegistriesConf({}, etc), daemon: readDockerDaemon(etc) };
    const problem = (name: string) => t.throws(() => endpointsOf(reference(name), settings));
    t.regex(problem('app').message, /leads to `mirror:5000`, which is no repository/);
    t.regex(problem('quay.io/a').message, /leads to `https:\/\/mirror\.example\/quay\/a`/);
    t.regex(problem('ghcr.io/a').message, /leads to `http:\/\/near\/ghcr\/a`/);
    t.is(endpointsOf(reference('postgres'), settings)[0]!.path, 'library/postgres');
  }),
);
