import { readdirSync, readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { isNightly, patience } from '../patience.ts';
import { randomFrom } from '../random.ts';
import { eventually } from './harness/eventually.ts';
import { cablesOf } from './harness/leftovers.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

type Name = 'web' | 'jobs' | 'base';

type Wanted = { readonly restarts: boolean; readonly needs: readonly Name[] };

const SERVICES: Readonly<Record<Name, Wanted>> = {
  base: { restarts: true, needs: [] },
  jobs: { restarts: false, needs: ['base'] },
  web: { restarts: true, needs: ['base'] },
};

const NAMES = Object.keys(SERVICES) as readonly Name[];

type State = 'running' | 'paused' | 'exited';

/** What there should be: the containers of each service by number, and what the file says of it. */
type Model = {
  readonly [Service in Name]: {
    readonly states: Map<number, State>;
    replicas: number;
    version: number;
  };
};

const newModel = (): Model => {
  const service = (replicas: number) => ({ states: new Map(), replicas, version: 1 });
  return { base: service(1), jobs: service(1), web: service(2) };
};

const compose = (project: Project, model: Model): void =>
  project.compose(
    `services:\n${NAMES.map(
      (name) => `  ${name}:
    rootfs: ./root
    ${stays()}
    stop_grace_period: 0s
    environment: { VERSION: '${model[name].version}' }
    deploy: { replicas: ${model[name].replicas}, restart_policy: { condition: ${SERVICES[name].restarts ? 'any' : 'none'} } }
    depends_on: [${SERVICES[name].needs}]
    volumes: [data:/data, /anonymous]
`,
    ).join('')}volumes: { data: }\n`,
  );

const setAll = (model: Model, name: Name, state: State): void => {
  for (const number of model[name].states.keys()) model[name].states.set(number, state);
};

const withNeeds = (names: readonly Name[]): readonly Name[] =>
  NAMES.filter((name) => names.includes(name) || names.some((other) => SERVICES[other].needs.includes(name)));

/** `up` of a service: the smallest numbers that are free come in, the highest go, and all of them run. */
const raise = (model: Model, name: Name, replicas = model[name].replicas): void => {
  const { states } = model[name];
  const kept = [...states.keys()].toSorted((a, b) => a - b).slice(0, replicas);
  for (let number = 1; kept.length < replicas; number++) if (!kept.includes(number)) kept.push(number);
  states.clear();
  for (const number of kept) states.set(number, 'running');
};

type Step = {
  readonly title: string;
  /** Changes the machine with one command, and the model with it. */
  readonly take: () => Promise<unknown>;
};

const steps = (
  project: Project,
  model: Model,
  random: (below: number) => number,
): readonly (() => Step)[] => {
  const one = (): Name => NAMES[random(NAMES.length)]!;
  const command = (change: () => void, ...words: readonly string[]): Step => ({
    title: words.join(' '),
    take: async () => {
      change();
      await project.ok(...words);
    },
  });
  const nothing: Step = { title: 'nothing', take: async () => {} };
  /** For a service whose containers are all in this state; undefined for any. */
  const of = (state: State | undefined, step: (name: Name) => Step): Step => {
    const name = one();
    const states = [...model[name].states.values()];
    return states.length > 0 && states.every((is) => is === (state ?? is)) ? step(name) : nothing;
  };
  const to = (state: State, ...words: readonly string[]) => {
    return (name: Name) => command(() => setAll(model, name, state), ...words, name);
  };
  const up = (names: readonly Name[], ...options: readonly string[]) =>
    command(() => names.forEach((name) => void raise(model, name)), 'up', '-d', ...options);

  return [
    () => up(NAMES),
    () => {
      const name = one();
      return up(withNeeds([name]), name);
    },
    () => {
      const [name, replicas] = [one(), random(4)];
      const change = (): void => {
        for (const each of withNeeds([name])) raise(model, each, each === name ? replicas : undefined);
      };
      return command(change, 'up', '-d', '--scale', `${name}=${replicas}`, name);
    },
    () => {
      const name = one();
      const change = async (): Promise<void> => {
        model[name].version++;
        compose(project, model);
      };
      return { title: `change ${name}`, take: change };
    },
    () => of('running', to('exited', 'kill')),
    () => of('running', to('paused', 'pause')),
    () => of('paused', to('running', 'unpause')),
    () => of(undefined, to('exited', 'stop')),
    () => of(undefined, to('running', 'restart', '--no-deps')),
    () => {
      const name = one();
      return command(() => model[name].states.clear(), 'down', name);
    },
    () =>
      command(
        () => NAMES.forEach((name) => void model[name].states.clear()),
        'down',
        ...(random(2) ? ['-v'] : []),
      ),
    () => ({
      title: 'kill -9 of a container',
      take: async () => {
        const running = (await project.containers()).filter(({ State }) => State === 'running');
        const one = running[random(Math.max(1, running.length))];
        if (!one) return;
        const service = one.Service as Name;
        kill(one.Pid, 'SIGKILL');
        if (!SERVICES[service].restarts) model[service].states.set(numberOf(one.Name), 'exited');
        else
          await eventually(`${one.Name} is started again`, async () =>
            (await project.containers()).some(
              ({ Name, Pid, State }) => Name === one.Name && State === 'running' && Pid !== one.Pid,
            ),
          );
      },
    }),
    () => ({
      title: 'kill -9 of the supervisor',
      take: async () => {
        const supervisor = project.supervisor();
        if (supervisor !== undefined) kill(supervisor, 'SIGKILL');
      },
    }),
  ];
};

const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));

/** `web-1 running`, in order. */
const modelled = (model: Model): readonly string[] =>
  NAMES.flatMap((name) =>
    [...model[name].states].map(([number, state]) => `${name}-${number} ${state}`),
  ).toSorted();

const observed = async (project: Project): Promise<readonly string[]> =>
  (await project.containers())
    .map(({ Service, Name, State }) => `${Service}-${numberOf(Name)} ${State}`)
    .toSorted();

/** Of the supervisor; they would grow with the steps if one leaked. */
const descriptors = (project: Project): number => {
  try {
    return readdirSync(`/proc/${project.supervisor()}/fd`).length;
  } catch {
    // There is none, or one that waits for its turn has ended meanwhile.
    return 0;
  }
};

const mounts = (project: Project): number =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(project.directory)).length;

scenario('steps in any order leave what they say, and nothing else', async (t, project) => {
  const count = Number(process.env.TEST_STEPS ?? (isNightly ? 2000 : 100));
  t.timeout(count * 6000 * patience);
  project.root();
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 31);
  t.log(`TEST_SEED=${seed}`);
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const model = newModel();
  compose(project, model);
  const choices = steps(project, model, below);
  const taken: string[] = [];
  for (let step = 1; step <= count; step++) {
    const { title, take } = choices[below(choices.length)]!();
    taken.push(title);
    try {
      await take();
      await eventually(
        'what runs is what should',
        async () => {
          const [is, should] = [await observed(project), modelled(model)];
          if (is.join() !== should.join()) throw new Error(`is:     ${is}\nshould: ${should}`);
          return true;
        },
        20,
      );
      const running = modelled(model).filter((one) => !one.endsWith('exited')).length;
      // The kernel takes the cables of a network namespace away some time after its last process.
      await eventually(`${running} cables`, () => cablesOf(project).length === running);
      t.true(descriptors(project) < 60 + 20 * running, `descriptors: ${descriptors(project)}`);
      t.true(mounts(project) <= 2, 'no mount on the host stays');
    } catch (error) {
      throw new Error(
        `step ${step} of seed ${seed}:\n${taken.slice(-12).join('\n')}\n${(error as Error).message}`,
      );
    }
  }
  await project.up();
  const { stderr } = await project.tscompose('up', '-d', '--dry-run');
  t.notRegex(stderr, /creat|start|remov|stop/i, 'nothing is left to do');
});
