import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { tscomposePath } from './harness/cli.ts';
import { isRefused } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';

const compose = `services:
  web: { command: [sleep, "1"], memory: 64m, environment: [HOME], depends_on: [db] }
  db: { image: postgres, networks: [back], volumes: ["data:/data"] }
networks: { back: {} }
volumes: { data: {} }
`;

/** A file that everything can be asked about; `explain` needs one that could run here. */
const runnable = 'services:\n  web: { command: [sleep, "1"], memory: 64m, hostname: here }\n';

const commandLines: readonly (readonly [words: readonly string[], expected: RegExp])[] = [
  [['config'], /^name: /],
  [['config', '-q'], /^$/],
  [['config', '--explain', '--format', 'json'], /"services\.web\.command\[0\]"/],
  [['config', '--hash', '*'], /^db [0-9a-f]{64}\nweb [0-9a-f]{64}\n$/],
  [['config', '--no-interpolate', '--variables'], /^NAME/],
  [['config', '--environment'], /^COMPOSE_PROJECT_NAME=/m],
  [['-f', 'runnable.yaml', 'explain', 'web'], /pivot_root\(/],
  [['-f', 'runnable.yaml', 'explain', '--format', 'json'], /"call": "pivot_root"/],
  [['completion', 'bash'], /^complete -F/m],
  [['help', 'config'], /^Examples$/m],
];

function write(project: Project): void {
  project.compose(compose);
  project.compose(runnable, 'runnable.yaml');
  chmodSync(project.directory, 0o755);
}

scenario('config and explain work for anybody, in a package without its native part', async (t, project) => {
  write(project);
  // Only dist, beside which nothing is installed.
  cpSync(dirname(tscomposePath), project.path('package'), { recursive: true });
  const program = project.path('package/tscompose.js');
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath, '--', program];
  for (const [words, expected] of commandLines) {
    const { code, stdout, stderr } = await project.launch('setpriv', [...nobody, ...words]).ended;
    t.is(code, 0, `${words.join(' ')}\n${stderr}`);
    t.regex(stdout, expected, words.join(' '));
  }
});

for (const [what, install] of [
  ['koffi', () => {}],
  [
    'its native library',
    (nodeModules: string) => {
      const koffi = join(dirname(tscomposePath), '../node_modules/koffi');
      cpSync(koffi, join(nodeModules, 'koffi'), { recursive: true });
    },
  ],
] as const)
  scenario(`without ${what} doctor and up say what to install`, async (t, project) => {
    write(project);
    cpSync(dirname(tscomposePath), project.path('package/dist'), { recursive: true });
    install(project.path('package/node_modules'));
    const program = project.path('package/dist', basename(tscomposePath));
    const run = (...words: readonly string[]) =>
      project.launch(process.execPath, ['--', program, ...words]).ended;
    const says = /the native library of the package koffi is not installed[\s\S]*install tscompose again/;
    isRefused(t, await run('doctor'), { errors: ['no-native-library'], says });
    isRefused(t, await run('-f', 'runnable.yaml', 'up', '-d'), { errors: ['supervisor-lost'], says });
    t.false(existsSync(project.stateDirectory));
  });

needs('strace')('config and explain load no native code', async (t, project) => {
  write(project);
  const opened = async (words: readonly string[]): Promise<string> => {
    const trace = project.path('trace');
    const strace = ['-f', '-qq', '-e', 'trace=open,openat,openat2', '-o', trace, ...project.words(...words)];
    const { code, stderr } = await project.launch('strace', strace).ended;
    t.is(code, 0, stderr);
    return readFileSync(trace, 'utf8');
  };
  for (const [words] of commandLines) {
    const files = await opened(words);
    t.true(files.includes('program.js'), 'the trace has what is read');
    t.notRegex(files, /koffi|\.node"/, words.join(' '));
  }
  t.regex(await opened(['doctor']), /\.node"/, 'it is seen where it is loaded');
});

scenario('the hash of config is that of the containers that up makes', async (t, project) => {
  project.compose(runnable);
  await project.ok('up', '-d');
  const [, hash] = (await project.ok('config', '--hash', 'web')).trim().split(' ');
  t.true((await project.container('web')).Labels.includes(`com.docker.compose.config-hash=${hash}`));
  project.compose(runnable.replace('here', 'there'));
  t.notRegex(await project.ok('config', '--hash', 'web'), new RegExp(hash!));
});
