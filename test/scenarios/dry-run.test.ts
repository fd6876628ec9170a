import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { commands } from '../../src/cli/command-table.ts';
import { makeLayout } from '../images/make-layout.ts';
import { archive, file } from '../images/tar/archive.ts';
import { isRefused } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

/** What a dry run of a command says about the project below, after `DRY-RUN MODE - `. */
type Changing = { readonly words: readonly string[]; readonly says: RegExp };

/** Every command: what a dry run of it says, or that it changes nothing. */
const table: Readonly<Record<string, Changing | 'looks' | 'refused'>> = {
  up: { words: ['up', '--force-recreate'], says: /Container \S+-web-1 Recreated \(asked for\)/ },
  create: { words: ['create', '--force-recreate'], says: /Container \S+-web-1 Recreated \(asked for\)/ },
  down: { words: ['down', '-v'], says: /Container \S+-web-1 Removed \(asked for\)/ },
  start: { words: ['start'], says: /Container \S+-idle-1 Started \(container is stopped\)/ },
  stop: { words: ['stop'], says: /Container \S+-web-1 Stopped \(asked for\)/ },
  restart: { words: ['restart'], says: /Container \S+-web-1 Started \(asked for\)/ },
  scale: { words: ['scale', 'web=2'], says: /Container \S+-web-2 Created \(no container yet\)/ },
  kill: { words: ['kill'], says: /Container \S+-web-1 Killed \(asked for\)/ },
  pause: { words: ['pause', 'web'], says: /Container \S+-web-1 Paused \(asked for\)/ },
  unpause: { words: ['unpause', 'held'], says: /Container \S+-held-1 Unpaused \(asked for\)/ },
  rm: { words: ['rm', '-s'], says: /Container \S+-idle-1 Removed \(asked for\)/ },
  run: { words: ['run', 'web', 'true'], says: /Container \S+-web-run-\S+ Started \(container is new\)/ },
  pull: { words: ['pull', 'far'], says: /Image 127\.0\.0\.1:9\/far:1 Pulled \(its policy is always\)/ },
  push: { words: ['push', 'far'], says: /Image 127\.0\.0\.1:9\/far:1 Pushed \(asked for\)/ },
  load: { words: ['load', 'layout'], says: /Archive layout Loaded \(asked for\)/ },
  commit: { words: ['commit', 'web', 'made:1'], says: /Container \S+-web-1 Committed \(asked for\)/ },
  'image rm': { words: ['image', 'rm', 'app:1'], says: /Image app:1 Removed \(asked for\)/ },
  'image prune': { words: ['image', 'prune', '-a'], says: /Image app:1 Removed \(no container uses it\)/ },
  'volume create': { words: ['volume', 'create', 'new'], says: /Volume new Created \(asked for\)/ },
  'volume rm': { words: ['volume', 'rm', 'spare'], says: /Volume spare Removed \(asked for\)/ },
  'volume prune': {
    words: ['volume', 'prune', '-a'],
    says: /Volume spare Removed \(no container uses it\)/,
  },
  'network create': {
    words: ['network', 'create', 'dry-run-new'],
    says: /Network dry-run-new Created \(asked for\)/,
  },
  'network rm': {
    words: ['network', 'rm', 'dry-run-spare'],
    says: /Network dry-run-spare Removed \(asked for\)/,
  },
  'network prune': {
    words: ['network', 'prune'],
    says: /Network dry-run-spare Removed \(no container uses it\)/,
  },
  'system prune': {
    words: ['system', 'prune', '-a'],
    says: /Image app:1 Removed \(no container uses it\)/,
  },
  exec: 'refused',
  wait: 'refused',
  ...Object.fromEntries(
    [
      ...['ps', 'port', 'ls', 'top', 'logs', 'images', 'volumes', 'config', 'explain', 'isolation', 'doctor'],
      ...['version', 'completion', 'help', 'save', 'export', 'image ls', 'image inspect', 'image history'],
      ...['image verify', 'volume ls', 'volume inspect', 'network ls', 'network inspect', 'system df'],
      'systemd',
    ].map((name) => [name, 'looks'] as const),
  ),
};

test('the table of dry runs has every command', (t) => {
  const known = new Set(Object.keys(table));
  t.deepEqual(
    commands.map(({ name }) => name).filter((name) => !known.has(name)),
    [],
  );
});

scenario(
  'a dry run of every command that changes something prints the plan and changes nothing',
  async (t, project) => {
    project.compose(`services:
  web: { ${stays()}, volumes: ["data:/data"], stop_grace_period: 0s }
  idle: { ${stays()}, stop_grace_period: 0s }
  held: { ${stays()}, stop_grace_period: 0s }
  far: { image: "127.0.0.1:9/far:1", build: ., profiles: [far] }
volumes: { data: }
`);
    makeLayout(join(project.directory, 'layout'), [
      { name: 'app:1', layers: [archive(file('a', 'a'.repeat(50)))] },
    ]);
    await project.up();
    await project.change('stop', 'idle');
    await project.change('pause', 'held');
    await project.ok('load', 'layout');
    await project.ok('volume', 'create', 'spare');
    await project.ok('network', 'create', 'dry-run-spare');
    const before = await stateOf(project);
    for (const [name, row] of Object.entries(table)) {
      if (row === 'looks' || !commands.some((each) => each.name === name)) continue;
      const words = row === 'refused' ? [name, 'web', 'true'] : row.words;
      const { code, stderr } = await project.tscompose('--dry-run', ...words);
      t.is(code, row === 'refused' ? 1 : 0, `${words.join(' ')}: ${stderr}`);
      if (row !== 'refused') {
        t.regex(stderr, row.says);
        for (const line of stderr.trimEnd().split('\n')) t.regex(line, CAUSED, name);
      }
      t.deepEqual(await stateOf(project), before, name);
    }
    await project.ok('network', 'rm', 'dry-run-spare');
  },
);

/** An operation with its cause, or a container for which there is nothing to do. */
const CAUSED = /^DRY-RUN MODE - .*(\(.+\)| (Running|Stopped|Exited))$/;

/** Containers, and all files of the state directory but those that are rewritten by themselves. */
const stateOf = async (project: Project) => ({
  containers: (await project.containers()).map(({ ID, State, Pid }) => `${ID} ${State} ${Pid}`),
  files: readdirSync(project.stateDirectory, { recursive: true })
    .map(String)
    .filter((name) => !/project\.json|\.tmp|supervisor|trash|lock/.test(name))
    .toSorted(),
});

// Red without: withNew before pretend in up.ts.
scenario('a dry run finds that a network has too few addresses', async (t, project) => {
  project.compose(`services: { web: { ${stays()}, networks: [few], scale: 10 } }
networks: { few: { ipam: { config: [{ subnet: 10.177.77.0/29 }] } } }
`);
  const dry = await project.tscompose('--dry-run', 'up', '-d');
  isRefused(t, dry, { errors: ['subnet-exhausted'], says: /no address left in 10\.177\.77\.0\/29/ });
});
