import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { dockerConfigPath, dockerSetting } from '../../../src/cli/show/docker-config.ts';

test('the settings of Docker are in DOCKER_CONFIG, or else in the home directory', (t) => {
  t.is(dockerConfigPath({ HOME: '/home/jenny' }), '/home/jenny/.docker/config.json');
  t.is(dockerConfigPath({ HOME: '/home/jenny', DOCKER_CONFIG: '' }), '/home/jenny/.docker/config.json');
  t.is(dockerConfigPath({ HOME: '/home/jenny', DOCKER_CONFIG: '/etc/docker' }), '/etc/docker/config.json');
});

test('a setting is a text of the file; whatever else is there is as good as nothing', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'docker-config-'));
  t.teardown(() => rmSync(home, { recursive: true }));
  const setting = () => dockerSetting({ HOME: home }, 'psFormat');
  t.is(setting(), undefined);
  mkdirSync(join(home, '.docker'));
  for (const [text, expected] of [
    ['{"psFormat": "{{.Name}}", "auths": {}}', '{{.Name}}'],
    ['{"psFormat": ""}', undefined],
    ['{"psFormat": 7}', undefined],
    ['{"auths": {}}', undefined],
    ['null', undefined],
    ['{', undefined],
  ] as const) {
    writeFileSync(join(home, '.docker/config.json'), text);
    t.is(setting(), expected, text);
  }
});
