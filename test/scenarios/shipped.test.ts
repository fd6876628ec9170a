import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from '../../src/cli/command-table.ts';
import { launcher } from '../../src/launcher.ts';
import { buildDate, shippedFiles } from '../../src/shipped-files.ts';
import { tscomposePath } from './harness/cli.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario, whenNightly } from './harness/scenario.ts';

const dist = dirname(tscomposePath);
const shipped = (name: string): string => join(dist, name);

/** Services of two files and a profile, a volume, and `tscompose` in PATH as people have it. */
function write(project: Project): NodeJS.ProcessEnv {
  project.compose(
    'services:\n  web: { command: x }\n  worker: { command: x }\n  db: { command: x, profiles: [data] }\n',
  );
  project.compose('services: { alpha: { command: x } }\n', 'other file.yaml');
  mkdirSync(join(project.stateDirectory, '.volumes/shared'), { recursive: true });
  project.write('bin/tscompose', `#!/bin/sh\nexec ${project.command()} "$@"\n`, 0o755);
  return { ...project.env, PATH: `${project.path('bin')}:${process.env.PATH}` };
}

const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
  [
    ['up', 'w'],
    ['web', 'worker'],
  ],
  [
    ['up', ''],
    ['db', 'web', 'worker'],
  ],
  [['up', 'web', 'wo'], ['worker']],
  [['up', '--exit-code-from', 'd'], ['db']],
  [['-f', 'other file.yaml', 'up', ''], ['alpha']],
  [['exec', '-u', 'root', 'we'], ['web']],
  [['exec', '--us'], ['--user']],
  [['exec', 'web', 'sort', '--us'], []],
  [['--profile', ''], ['data']],
  [['--runner', 'r'], ['reexec']],
  [['--project-d'], ['--project-directory']],
  [['convert', '--no-i'], ['--no-interpolate']],
  [
    ['kill', '-s', 'SIGUS'],
    ['SIGUSR1', 'SIGUSR2'],
  ],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['help', 'conf'], ['config']],
  [['help', 'volume', 'cre'], ['create']],
  [['volume', 'i'], ['inspect']],
  [['volume', 'ls', '--q'], ['--quiet']],
  [['volume', 'rm', '-f', 'sh'], ['shared']],
  [['vers'], ['version']],
  [['config', '-o', 'oth'], ['other file.yaml']],
];

scenario('what is beside the program is what the table of options gives', async (t) => {
  const page = readFileSync(shipped('tscompose.1'), 'utf8');
  const date = new Date(`${/^\.Dd (.*)$/m.exec(page)?.[1]} UTC`);
  t.false(Number.isNaN(date.getTime()));
  for (const [name, text] of Object.entries(shippedFiles(date)))
    t.true(
      readFileSync(shipped(name)).equals(Buffer.from(text)),
      `${name} is out of date; run \`npm run build\``,
    );
  t.true(readFileSync(tscomposePath, 'utf8').startsWith(launcher(commands)));
  t.is(buildDate({ SOURCE_DATE_EPOCH: '86400' }).toISOString(), '1970-01-02T00:00:00.000Z');
});

scenario('completion prints the scripts that are shipped', async (t, project) => {
  const names = { bash: 'tscompose', zsh: '_tscompose', fish: 'tscompose.fish' };
  for (const [shell, name] of Object.entries(names))
    t.is(await project.ok('completion', shell), readFileSync(shipped(join('completion', name)), 'utf8'));
  const wrong = await project.tscompose('completion', 'bassh');
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /no completion script for `bassh`\nhelp: did you mean `bash`\?/);
});

scenario('bash completes', async (t, project) => {
  const env = write(project);
  // What readline does: the words of the line, the one that the cursor is in, and then the function.
  const harness = `source '${shipped('completion/tscompose')}'
compopt() { :; }
COMP_WORDS=(tscompose "$@") COMP_CWORD=$#
_tscompose
printf '%s\\n' "\${COMPREPLY[@]}"
complete -p tscompose >&2
`;
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { code, stdout, stderr } = await project.launch('bash', ['-u', '-c', harness, 'bash', ...words], {
      env,
    }).ended;
    t.is(code, 0, stderr);
    t.is(stderr, 'complete -F _tscompose tscompose\n', words.join(' '));
    return stdout.split('\n').filter(Boolean).sort();
  };
  for (const [words, expected] of cases) t.deepEqual(await complete(...words), expected, words.join(' '));
  t.deepEqual(await complete('--progress', '=', 'j'), ['json']);
  t.deepEqual(await complete('--file', '=', 'other file.yaml', 'up', ''), ['alpha']);
  t.deepEqual(await complete('--ansi', '='), ['always', 'auto', 'never']);
});

whenNightly(needs('fish'))('fish completes', async (t, project) => {
  const env = write(project);
  const script = shipped('completion/tscompose.fish');
  t.is((await project.launch('fish', ['-n', script]).ended).stderr, '');
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const line = ['tscompose', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
    const harness = 'set -p fish_complete_path; source $argv[1]; complete -C $argv[2]';
    const { stdout, stderr } = await project.launch('fish', ['-N', '-c', harness, script, line], { env })
      .ended;
    t.is(stderr, '', line);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((each) => each.split('\t')[0]!.replaceAll('\\ ', ' '))
      .sort();
  };
  for (const [words, expected] of cases) t.deepEqual(await complete(...words), expected, words.join(' '));
});

whenNightly(needs('zsh'))('zsh completes', async (t, project) => {
  const env = write(project);
  const script = shipped('completion/_tscompose');
  t.is((await project.launch('zsh', ['-n', script]).ended).stderr, '');
  // A terminal inside zsh, whose key is pressed once it has its prompt; what it offers passes through compadd.
  project.write(
    '.zshrc',
    `autoload -U compinit; compinit -u -d "$ZDOTDIR/dump"; source '${script}'
compadd() {
  if (( ! \${@[(I)-[OAD]*]} )); then
    local -a found; builtin compadd -O found "$@"; print -rl -- $found >>$FOUND
  fi
  builtin compadd "$@"
}
offer() { BUFFER=$LINE CURSOR=$#LINE; zle list-choices; exit }
zle -N offer; bindkey '^T' offer; PS1='prompt> '; LISTMAX=1000
`,
  );
  const harness = `zmodload zsh/zpty; zpty z zsh -d -i; zpty -r z line '*prompt> *'
zpty -w -n z $'\\C-t'; while zpty -r z line; do :; done`;
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const line = ['tscompose', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
    const found = project.write('found', '');
    const more = { ...env, LINE: line, FOUND: found, ZDOTDIR: project.directory, TERM: 'xterm' };
    const { stderr } = await project.launch('zsh', ['-f', '-c', harness], { env: more }).ended;
    t.is(stderr, '', line);
    return [
      ...new Set(readFileSync(found, 'utf8').replaceAll('\\ ', ' ').split('\n').filter(Boolean)),
    ].sort();
  };
  for (const [words, expected] of cases) t.deepEqual(await complete(...words), expected, words.join(' '));
});

needs('mandoc', 'man')('the manual page has no faults', async (t, project) => {
  const page = shipped('tscompose.1');
  const lint = await project.launch('mandoc', ['-T', 'lint', '-W', 'warning', page]).ended;
  t.is(`${lint.stdout}${lint.stderr}`, '');
  const env = { ...project.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
  const shown = await project.launch('man', ['--warnings', '-l', page], { env }).ended;
  t.is(shown.stderr, '');
  const plain = shown.stdout.replaceAll(/.\x08/g, '');
  t.regex(plain, /^ +-t, --timeout seconds$/m);
  t.regex(plain, /^ +tscompose exec \[option \.\.\.\] service cmd \.\.\.$/m);
});
