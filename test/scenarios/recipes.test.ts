import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Background } from './harness/cli.ts';
import type { Project } from './harness/project.ts';
import { needs, whenNightly } from './harness/scenario.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

/** One command line of a page, and what the page says that it prints. */
type Command = { readonly line: string; readonly expected: readonly string[] };

/** The blocks of a page that begin with a command: `# ` before each, its output below it. */
const blocksOf = (text: string): readonly (readonly Command[])[] =>
  [...text.matchAll(/^```\n(# [\s\S]*?)^```$/gm)].map(([, block = '']) =>
    block.split(/^# /m).flatMap((part) => {
      const [line = '', ...expected] = part.trimEnd().split('\n');
      return line === '' ? [] : [{ line, expected }];
    }),
  );

/** What differs from run to run: PIDs, addresses, times, inodes, step numbers, mounts of the host, widths of columns, the project's name. */
const masked = (line: string, project: string): string =>
  line
    .replaceAll(new RegExp(`\\b${project}(?=_\\w|-[a-z]+-\\d)`, 'g'), 'PROJECT')
    .replaceAll(/\d+\.\d+\.\d+\.\d+(\/\d+)?/g, 'ADDRESS')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/, \d+ outside/g, ', PID outside')
    .replaceAll(/\[\d{10}\]/g, '[INODE]')
    .replaceAll(/\b(\d+ \w+|Less than a second)(?= ago\b)/g, 'LONG')
    .replaceAll(/\bUp (\d+ \w+|Less than a second)/g, 'Up LONG')
    .replaceAll(/\b(Up LONG|Exited .*?LONG ago(?: \(out of memory\))?) +(\d+ )?/g, '$1 PID ')
    .replaceAll(/ran for \d+ ms/g, 'ran for MS')
    .replaceAll(/\b\d+ (ro|rw)\b/g, 'N $1')
    .replace(/^ +\d+ ([ ▸] )/, 'STEP $1')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** A page names the project after its directory; `name` is that name, `project` the one it has here. */
type Names = { readonly name: string; readonly project: string };

/** The lines that must be printed; with `…` among them others may be. */
const check = (t: ExecutionContext, { line, expected }: Command, printed: string, names: Names): void => {
  const wanted = expected
    .map((text) => masked(text.replace(/^\^C/, ''), names.name))
    .filter((text) => text !== '' && text !== '…');
  const found = printed.split('\n').map((text) => masked(text, names.project));
  const missing = wanted.filter((text) => !found.includes(text));
  t.deepEqual(missing, [], `${line} should print\n${printed}`);
  if (expected.includes('…')) return;
  const more = found.filter((text) => text !== '' && !wanted.includes(text));
  t.deepEqual(more, [], `${line} prints more than the page says`);
};

/** Presses Ctrl-C where the page does, when all before it has been printed. */
const interrupt = (shell: Background, { expected }: Command, { name, project }: Names): void => {
  const at = expected.findIndex((text) => text.startsWith('^C'));
  if (at < 0) return;
  const before = expected
    .slice(0, at)
    .filter((text) => text !== '…')
    .map((text) => masked(text, name));
  let isDone = false;
  shell.onOutput(() => {
    const found = `${shell.stdout()}${shell.stderr()}`.split('\n').map((text) => masked(text, project));
    if (isDone || !before.every((text) => found.includes(text))) return;
    isDone = true;
    shell.signal('SIGINT');
  });
};

const follow = async (t: ExecutionContext, project: Project, page: string, text: string): Promise<void> => {
  cpSync(join(repository, 'examples'), project.path('examples'), { recursive: true });
  project.compose(read('compose.example.yaml'), 'compose.example.yaml');
  mkdirSync(project.path('bin'));
  project.write('bin/tscompose', `#!/bin/sh\nexec ${project.command()} "$@"\n`, 0o755);
  const env = {
    PATH: `${project.path('bin')}:${process.env.PATH}`,
    COMPOSE_PROJECT_NAME: project.name,
  };
  for (const block of blocksOf(text)) {
    let cwd = join(project.directory, dirname(page));
    for (const command of block) {
      const target = /^cd (\S+)$/.exec(command.line)?.[1];
      if (target !== undefined) cwd = join(cwd, target);
      else {
        const shell = project.launch('bash', ['-c', command.line], { cwd, env });
        const names = { name: basename(cwd), project: project.name };
        interrupt(shell, command, names);
        const { stdout, stderr } = await shell.ended;
        check(t, command, `${stdout}\n${stderr}`, names);
      }
    }
  }
};

const recipes = read('README.md')
  .split('\n## ')
  .find((part) => part.startsWith('Recipes')) as string;
for (const recipe of recipes.split('\n### ').slice(1)) {
  const [title = ''] = recipe.split('\n');
  needs('busybox', 'runc')(`the recipe is true: ${title}`, (t, project) =>
    follow(t, project, 'README.md', recipe),
  );
}

const examples = readdirSync(join(repository, 'examples'));
for (const example of examples) {
  const page = join('examples', example, 'README.md');
  whenNightly(needs('busybox', 'runc'))(`the page is true: ${page}`, (t, project) =>
    follow(t, project, page, read(page)),
  );
}
