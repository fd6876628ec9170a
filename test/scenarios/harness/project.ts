import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import { execByCall, logsByCall, type Ran, type Runner } from './calls.ts';
import { type Background, type Options, type Result, start, tscomposePath } from './cli.ts';
import { askSupervisor, asListed, type Container } from './containers.ts';
import { eventually } from './eventually.ts';
import { isAlive } from './host.ts';
import { smallRoot } from './small-root.ts';

type TimedVerb = 'down' | 'stop' | 'restart';
type Verb = TimedVerb | 'start' | 'kill' | 'pause' | 'unpause';

export type Project = ReturnType<typeof openProject>;

/** A project that is named after its directory, with run and state directories of its own. */
export function openProject(title: string, name = `scenario-${randomBytes(4).toString('hex')}`) {
  const directory = join(tmpdir(), name);
  const [runDirectory, stateDirectory] = [join(directory, '.run'), join(directory, '.state')];
  mkdirSync(directory);
  const transcript: string[] = [title];
  const seen = new Set<number>();

  const runner = process.env.SCENARIO_RUNNER as Runner | undefined;
  const env: NodeJS.ProcessEnv = {
    ...withoutOurs(process.env),
    TSCOMPOSE_RUN_DIR: runDirectory,
    TSCOMPOSE_STATE_DIR: stateDirectory,
    ...(runner && { TSCOMPOSE_RUNNER: runner }),
  };

  type Choices = Partial<Options>;

  let launched = 0;

  const launch = (program: string, words: readonly string[], choices: Choices = {}): Background => {
    launched++;
    const background = start(program, words, { cwd: directory, ...choices, env: { ...env, ...choices.env } });
    void background.ended.then(({ command, code, stdout, stderr }) =>
      transcript.push(`$ ${command}\n${stdout}${stderr}exit status ${code}\n`),
    );
    return background;
  };

  /** Starts a command line of tscompose and goes on. */
  const begin = (words: readonly string[], choices?: Choices): Background =>
    launch(process.execPath, ['--', tscomposePath, ...words], choices);

  /** Runs a command line of tscompose to its end, whatever that is. */
  const tscompose = (...words: readonly string[]): Promise<Result> => begin(words).ended;

  /** Runs one that has to succeed; returns what it prints to stdout. */
  const ok = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await tscompose(...words);
    if (code !== 0) throw new Error(`${words.join(' ')}: exit status ${code}\n${stdout}${stderr}`);
    return stdout;
  };

  const caller = { name, directory, env };
  // Half of tscompose comes with it, and who reads titles needs none of that.
  const commands = () => import('./commands.ts');

  /** `up -d SERVICES`, to success, where neither its output nor its process matters. */
  const up = async (...services: readonly string[]): Promise<void> => {
    launched++;
    const { upByCall } = await commands();
    if (!(await upByCall(caller, services))) await ok('up', '-d', ...services);
  };

  /** The same for commands such as `stop SERVICES`, with the time that the services give themselves. */
  const change = async (verb: Verb, ...services: readonly string[]): Promise<void> => {
    launched++;
    const { changeByCall } = await commands();
    if (!(await changeByCall(caller, verb, { services }))) await ok(verb, ...services);
  };

  /** The same with `-t 0`. */
  const changeAtOnce = async (verb: TimedVerb, ...services: readonly string[]): Promise<void> => {
    launched++;
    const { changeByCall } = await commands();
    const isDone = await changeByCall(caller, verb, { services, timeout: 0 });
    if (!isDone) await ok(verb, '-t', '0', ...services);
  };

  /** Out of the control socket; where nobody answers, a supervisor has to find out what there is, once after each command. */
  const containers = async (...services: readonly string[]): Promise<readonly Container[]> => {
    const found: readonly Container[] =
      (await askSupervisor(join(runDirectory, name), services)) ?? (await withoutSupervisor(services));
    for (const { Pid } of found) if (Pid > 0) seen.add(Pid);
    return found;
  };

  let atRest: { readonly launched: number; readonly all: readonly Container[] } | undefined;

  /** Where nothing runs, and no supervisor, only a further command changes what there is. */
  const withoutSupervisor = async (services: readonly string[]): Promise<readonly Container[]> => {
    const isOf = ({ Service }: Container): boolean => services.length === 0 || services.includes(Service);
    if (atRest?.launched === launched) return atRest.all.filter(isOf);
    const { listByCall } = await commands();
    const found = await listByCall(caller).catch(() => undefined);
    const all: readonly Container[] = found
      ? asListed(found)
      : JSON.parse(await ok('ps', '-a', '--format', 'json-array'));
    atRest = all.every(({ State }) => State === 'exited') ? { launched, all } : undefined;
    return all.filter(isOf);
  };

  /** The words that run tscompose, for programs that start it. */
  const words = (...rest: readonly string[]): readonly string[] => [
    process.execPath,
    '--',
    tscomposePath,
    ...rest,
  ];

  const socketOf = (project: string): string => join(runDirectory, project, 'supervisor.sock');

  const attemptWith = async (
    by: Runner | undefined,
    service: string,
    ...command: readonly string[]
  ): Promise<Ran> => {
    const ran = await execByCall(socketOf(name), service, command, by);
    const { code, stdout, stderr } = ran;
    transcript.push(`exec ${service} ${command.join(' ')}\n${stdout}${stderr}exit status ${code}\n`);
    return ran;
  };

  const execWith = async (
    by: Runner | undefined,
    service: string,
    ...command: readonly string[]
  ): Promise<string> => {
    const { code, stdout, stderr } = await attemptWith(by, service, ...command);
    if (code !== 0)
      throw new Error(`exec ${service} ${command.join(' ')}: ${stdout}${stderr}exit status ${code}\n`);
    return stdout.trimEnd();
  };

  const others: string[] = [];

  return {
    name,
    directory,
    runDirectory,
    stateDirectory,
    env,
    begin,
    launch,
    tscompose,
    ok,
    up,
    change,
    changeAtOnce,
    words,
    containers,

    /** The same for a shell. */
    command: (...rest: readonly string[]): string =>
      words(...rest)
        .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
        .join(' '),

    /** The only container of a service. */
    container: async (service: string): Promise<Container> => {
      const [found, ...more] = await containers(service);
      if (!found || more.length > 0) throw new Error(`${service} has ${found ? 'several' : 'no'} containers`);
      return found;
    },

    /** Runs a command in a service, to success. */
    exec: (service: string, ...command: readonly string[]): Promise<string> =>
      execWith(runner, service, ...command),

    /** The same, to whatever end. */
    attempt: (service: string, ...command: readonly string[]): Promise<Ran> =>
      attemptWith(runner, service, ...command),

    execWith,

    /** The output of the containers of a service, or of all of them. */
    logs: (...service: readonly [] | readonly [string]): Promise<string> =>
      logsByCall(socketOf(name), ...service).catch(() => ok('logs', '--no-log-prefix', ...service)),

    compose: (text: string, file = 'compose.yaml'): void => writeFileSync(join(directory, file), text),

    write: (path: string, text: string, mode = 0o644): string => {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      if (!realpathSync(dirname(file)).startsWith(realpathSync(directory)))
        throw new Error(`${path} is in a root that all scenarios share: take ownRoot()`);
      writeFileSync(file, text, { mode });
      return file;
    },

    read: (path: string): string => readFileSync(join(directory, path), 'utf8'),

    path: (...names: readonly string[]): string => join(directory, ...names),

    /** A root of a few programs at `./root`; every scenario has the same, so only containers may write to it. */
    root: (): string => {
      symlinkSync(smallRoot(), join(directory, 'root'));
      return join(directory, 'root');
    },

    /** The same, but one that the scenario may change. */
    ownRoot: (): string => {
      cpSync(smallRoot(), join(directory, 'root'), { recursive: true, verbatimSymlinks: true });
      return join(directory, 'root');
    },

    /** The process that looks after the project. */
    supervisor: (project = name): number | undefined => supervisorsOf(project, runDirectory)[0],

    /** Also those that wait for it to listen. */
    supervisors: (): readonly number[] => supervisorsOf(name, runDirectory),

    /** The process that starts the supervisor anew when it is killed. */
    guardian: (): number | undefined => guardianOf(join(runDirectory, name)),

    /** Ends both, so that nobody looks after the project before the next command. SIGTERM ends them in order. */
    endSupervision: async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL', project = name): Promise<void> => {
      const [supervisor, guardian] = [
        await eventually('there is a supervisor', () => supervisorsOf(project, runDirectory)[0]),
        await eventually('there is a guardian', () => guardianOf(join(runDirectory, project))),
      ];
      // A supervisor whose guardian is killed starts another.
      if (signal === 'SIGKILL') kill(supervisor, 'SIGSTOP');
      for (const pid of signal === 'SIGKILL' ? [guardian, supervisor] : [guardian]) kill(pid, signal);
      await eventually('nobody looks after the project', () => ![supervisor, guardian].some(isAlive));
    },

    /** The containers that have a layer; a new supervisor tries an overlay in a directory whose name begins with a dot. */
    layers: (): readonly string[] =>
      readdirSync(join(stateDirectory, name, 'layers'))
        .filter((entry) => !entry.startsWith('.'))
        .toSorted(),
    /** The supervisor's complaints about its own mistakes. */
    complaints: (): string => readFileSync(join(stateDirectory, name, 'supervisor.log'), 'utf8'),

    /** PIDs of containers that `ps` has shown. */
    seen: seen as ReadonlySet<number>,

    /** Another project of the scenario is taken down with it. */
    alsoTakeDown: (project: string): void => void others.push(project),

    /** The facts that a person needs to find out why a scenario failed. */
    preserve: (): void => {
      writeFileSync(join(directory, 'transcript.txt'), transcript.join('\n'));
      for (const project of existsSync(stateDirectory) ? readdirSync(stateDirectory) : []) {
        for (const part of ['logs', 'project.json', 'supervisor.log']) {
          const from = join(stateDirectory, project, part);
          if (existsSync(from)) cpSync(from, join(directory, 'kept', project, part), { recursive: true });
        }
      }
    },

    takeDown: async (): Promise<void> => {
      for (const project of [name, ...others]) {
        // Most scenarios have done this themselves.
        if (!existsSync(join(stateDirectory, project)) && supervisorsOf(project, runDirectory).length === 0)
          continue;
        const { changeByCall } = await commands();
        const request = { services: [], timeout: 0, removeOrphans: true };
        if (await changeByCall({ ...caller, name: project }, 'down', request).catch(() => false)) continue;
        const words = ['-p', project, 'down', '-t', '0', '--remove-orphans'];
        const { code, stderr } = await begin(words, { cwd: '/' }).ended;
        if (code !== 0) throw new Error(`down: exit status ${code}\n${stderr}`);
      }
      if (existsSync(join(stateDirectory, '.networks'))) await ok('network', 'prune', '-f');
    },

    remove: (): void => rmSync(directory, { recursive: true, force: true }),
  };
}

/**
 * As in a person's shell: without what npm and ava set, and without choices that are not the scenario's. The certificates
 * of NODE_EXTRA_CA_CERTS would be read at every start of Node.js, which takes longer than all else that it does then.
 */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) =>
    /^(npm_|TSCOMPOSE_|COMPOSE_|NODE_|AVA_|NO_COLOR$|FORCE_COLOR$)/i.test(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOurs(name)));
}

function guardianOf(directory: string): number | undefined {
  const file = join(directory, 'guardian');
  return (existsSync(file) && Number(readFileSync(file, 'utf8'))) || undefined;
}

function supervisorsOf(project: string, runDirectory: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/);
        const at = words.indexOf('supervise');
        if (at === -1 || words[at + 1] !== project) return false;
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`=${runDirectory}\0`);
      } catch {
        return false;
      }
    });
}
