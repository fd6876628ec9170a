import { readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { tscomposePath } from './harness/cli.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// What the user types is a few lines of sh that start a supervisor beside the command.

/** Under a name of its own, by which its processes are found. */
const install = (project: Project): string => {
  const link = project.path('typed');
  symlinkSync(tscomposePath, link);
  return link;
};

const wordsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** Processes that were started by the link and have no project. */
const standbys = (link: string): readonly string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(wordsOf)
    .filter((words) => words.includes(`${link} supervise`));

const noneIsLeft = (link: string) =>
  eventually('no supervisor is left that nobody needs', () => {
    const left = standbys(link);
    if (left.length > 0) throw new Error(left.join('\n'));
    return true;
  });

scenario('the supervisor that started beside the command becomes that of the project', async (t, project) => {
  const link = install(project);
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const env = { SECRET: 'of the command', NODE_EXTRA_CA_CERTS: '/dev/null' };
  const up = await project.launch(link, ['up', '-d'], { env }).ended;
  t.is(up.code, 0, up.stderr);
  const supervisor = project.supervisor()!;
  t.regex(wordsOf(String(supervisor)), new RegExp(`^tscompose supervise ${project.name} \\d+ \\d+`));
  t.is(readlinkSync(`/proc/${supervisor}/cwd`), '/');
  t.notRegex(readFileSync(`/proc/${supervisor}/environ`, 'utf8'), /SECRET|NODE_EXTRA_CA_CERTS|STANDBY/);
  // proc_pid_stat(5): the sixth field is the session.
  const stat = readFileSync(`/proc/${supervisor}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  t.is(Number(stat[3]), supervisor);
  await noneIsLeft(link);
  t.is((await project.launch(link, ['up', '-d']).ended).code, 0);
  t.is(project.supervisor(), supervisor);
  t.is((await project.launch(link, ['down', '-t', '0']).ended).code, 0);
});

scenario('where no supervisor is needed, the one beside the command goes', async (t, project) => {
  const link = install(project);
  project.compose('services:\n  web: { commandd: "true" }\n');
  for (const words of [
    ['up', '-d'],
    ['up', '--nonsense'],
    ['up', '--help'],
    ['start'],
    ['--help'],
    ['nothing'],
  ]) {
    const typed = await project.launch(link, words).ended;
    const called = await project.tscompose(...words);
    t.deepEqual([typed.code, typed.stdout, typed.stderr], [called.code, called.stdout, called.stderr]);
    await noneIsLeft(link);
  }
  t.is(project.supervisor(), undefined);
});

scenario('exit codes, words and standard input are those of the command', async (t, project) => {
  const link = install(project);
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const words = [
    'run',
    '--rm',
    '-T',
    'web',
    'sh',
    '-c',
    'cat; printf "[%s]" "$@"; exit 7',
    '-',
    "it's",
    'a  b',
    '*',
  ];
  const { code, stdout, stderr } = await project.launch(link, words, { input: 'read ' }).ended;
  t.is(code, 7, stderr);
  t.is(stdout, "read [it's][a  b][*]");
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  scenario(`${signal} to what was typed reaches the command`, async (t, project) => {
    project.compose(
      `services:\n  web: { command: [sh, -c, 'trap "exit 0" TERM; echo here; sleep 1000 & wait'] }\n`,
    );
    const up = project.launch(install(project), ['up']);
    await up.prints('here');
    up.signal(signal);
    t.is((await up.ended).code, code);
    t.is((await project.container('web')).State, 'exited');
  });

needs('script')(
  'Ctrl-C in the terminal is for the command, not for the supervisor beside it',
  async (t, project) => {
    project.compose(
      `services:\n  web: { command: [sh, -c, 'trap "echo asked; exit 0" TERM; echo here; sleep 1000 & wait'] }\n`,
    );
    const up = project.launch('script', ['-qec', `${install(project)} up`, '/dev/null'], {
      interactive: true,
    });
    await up.prints(/here/);
    up.stdin.write('\u0003');
    t.is((await up.ended).code, 130);
    t.regex(await project.logs('web'), /asked/);
  },
);

scenario(
  'without an answer of the one beside it, the command starts a supervisor itself',
  async (t, project) => {
    const link = install(project);
    project.compose(`services:\n  web: { ${stays()} }\n`);
    project.write(
      'bin/node',
      `#!/bin/sh\ncase $* in *supervise) exit 1 ;; esac\nexec '${process.execPath}' "$@"\n`,
      0o755,
    );
    const env = { PATH: `${project.path('bin')}:${process.env.PATH}` };
    const up = await project.launch(link, ['up', '-d'], { env }).ended;
    t.is(up.code, 0, up.stderr);
    t.regex(wordsOf(String(project.supervisor())), /--v8-pool-size/);
  },
);

scenario('variables that sh does not know, and descriptors of the caller, are there', async (t, project) => {
  const link = install(project);
  const variables = 'environment: [dotted.name, NODE_EXTRA_CA_CERTS]';
  project.write('source.yaml', `services:\n  web: { ${stays()}, ${variables} }\n`);
  const env = { 'dotted.name': 'a=b\nc', NODE_EXTRA_CA_CERTS: '/dev/null' };
  const words = `'${link}' -p ${project.name} -f /dev/fd/7 up -d 7< <(cat source.yaml)`;
  const { code, stderr } = await project.launch('bash', ['-c', words], { env }).ended;
  t.is(code, 0, stderr);
  const inside = await project.exec('web', 'env');
  t.regex(inside, /^dotted\.name=a=b\nc$/m);
  t.regex(inside, /^NODE_EXTRA_CA_CERTS=\/dev\/null$/m);
});

/** Red without: `closeForeignDescriptors` in supervise.ts. */
scenario(
  'the reader of a pipe of the caller does not wait for the end of the project',
  async (t, project) => {
    const link = install(project);
    project.compose(`services:\n  web: { ${stays()} }\n`);
    for (const program of [`'${link}'`, project.command()]) {
      const words = `{ ${program} -p ${project.name} up -d 2>/dev/null 23>&1 >/dev/null; echo ended; } | cat`;
      const { code, stdout } = await project.launch('bash', ['-c', words]).ended;
      t.deepEqual([code, stdout], [0, 'ended\n']);
      t.is((await project.container('web')).State, 'running');
      await project.ok('down');
    }
  },
);
