import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The unit of `tscompose systemd` under the systemd of this machine, over several boots of it. The disk keeps what there
 * is, and in `DONE` how many boots have been.
 */
type Boot = {
  readonly tests: Readonly<Record<string, () => unknown>>;
  /** The end of it; after the last one the machine is off. */
  readonly end: () => unknown;
};

const PROJECT = '/srv/shop';
const DONE = `${PROJECT}/boots`;
const STARTS = `${PROJECT}/log/starts`;
const ENDS = `${PROJECT}/log/ends`;
/** A container cannot start without this directory. */
const NEEDED = `${PROJECT}/needed`;
const UNIT = 'tscompose-shop.service';

/** A service that ignores SIGTERM, as the first process of a container does where it has no handler. */
const command = (name: string): string =>
  JSON.stringify(['sh', '-c', `echo ${name} >>/log/starts; exec sleep 100000`]);

/** One that says when it ends. */
const tidy = (name: string, more = '', last = ''): string => {
  const script = `trap '${last}echo ${name} >>/log/ends; exit' TERM; echo ${name} >>/log/starts; ${more}sleep 100000 & wait`;
  return JSON.stringify(['sh', '-c', script]);
};

const COMPOSE = `
x-all: &all { volumes: ['./log:/log'], stop_grace_period: 1s }
services:
  web:
    <<: *all
    # So slow that db would be first if both were told to end at the same time.
    command: ${tidy('web', '', 'sleep 3; ')}
    stop_grace_period: 60s
    restart: unless-stopped
    depends_on: { db: { condition: service_healthy } }
  db:
    <<: *all
    command: ${tidy('db', 'sleep 2; echo ready >>/log/starts; touch /dev/shm/ready; ')}
    restart: always
    healthcheck: { test: test -e /dev/shm/ready, interval: 2s, start_interval: 1s, start_period: 300s }
    mem_limit: 64m
    cpus: 0.5
  idle: { <<: *all, command: ${command('idle')}, restart: unless-stopped }
  held: { <<: *all, command: ${command('held')}, restart: always }
  once: { <<: *all, command: ${command('once')}, restart: 'no' }
  fails:
    <<: *all
    command: ${command('fails')}
    restart: unless-stopped
    volumes:
      - ./log:/log
      - { type: bind, source: ${NEEDED}, target: /needed, bind: { create_host_path: false } }
`;

const run = (program: string, ...words: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${[program, ...words].join(' ')} ended with ${status ?? error}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
};

const tscompose = (...words: readonly string[]): string =>
  run(process.execPath, '/tscompose/dist/tscompose.js', ...words);

const systemctl = (...words: readonly string[]): string => run('systemctl', ...words).trim();

const property = (name: string): string => systemctl('show', '--value', '-p', name, UNIT);

type Row = { readonly Service: string; readonly State: string; readonly Pid: number };

const rows = (): readonly Row[] =>
  tscompose('ps', '-a', '--format', 'json')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** The PIDs of the containers that run, by their service, as /proc has them too. */
const running = (): Readonly<Record<string, number>> =>
  Object.fromEntries(
    rows()
      .filter(({ State, Pid }) => State === 'running' && existsSync(`/proc/${Pid}`))
      .map(({ Service, Pid }): [string, number] => [Service, Pid])
      .toSorted(),
  );

const pidOf = (pattern: RegExp): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        return pattern.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
      } catch {
        return false;
      }
    });

const guardian = (): number | undefined => pidOf(/^tscompose guardian shop /);
const supervisor = (): number | undefined => pidOf(/^tscompose .* supervise shop /);
const cgroupOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().slice('0::'.length);

/** Slow as it is, the machine has its time for it. */
async function until<T>(what: string, find: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 240; tries++) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await sleep(500);
  }
  throw new Error(`in vain waited: ${what}`);
}

const isActive = (): string =>
  spawnSync('systemctl', ['is-active', UNIT], { encoding: 'utf8' }).stdout.trim();

const settled = (): Promise<string> =>
  until('systemd has started the unit', () => {
    const state = isActive();
    return state !== 'activating' && state !== 'deactivating' && state;
  });

const lines = (path: string): readonly string[] => readFileSync(path, 'utf8').trim().split('\n');

/** The containers go on as they are, also when the body fails. */
const keepsContainers = (services: readonly string[], body: () => unknown) => async (): Promise<void> => {
  const before = running();
  assert.deepEqual(Object.keys(before), services);
  await body();
  assert.deepEqual(running(), before);
};

const areUp = async (): Promise<void> => {
  assert.equal(await settled(), 'active', systemctl('status', '--no-pager', UNIT));
  assert.deepEqual(Object.keys(running()), UP);
};

const comesUpInOrder = (): void => {
  const order = lines(STARTS);
  assert.ok(order.indexOf('ready') < order.indexOf('web'), order.join(' '));
  assert.deepEqual(order.toSorted(), ['db', 'held', 'ready', 'web']);
};

const endedInOrder = (): void => assert.deepEqual(lines(ENDS), ['web', 'db']);

const ALL = ['db', 'fails', 'held', 'idle', 'once', 'web'];
const UP = ['db', 'held', 'web'];

const limits = (): readonly string[] =>
  ['memory.max', 'cpu.max'].map((name) => {
    const [above] = /^.*(?=\/container)/.exec(cgroupOf(running().db!)) ?? [];
    return readFileSync(`/sys/fs/cgroup${above}/${name}`, 'utf8').trim();
  });

const forget = (): void => {
  for (const path of [STARTS, ENDS]) writeFileSync(path, '');
  run('sync');
};

const reboot = (): void => {
  forget();
  systemctl('reboot');
};

const losePower = (): void => {
  forget();
  writeFileSync('/proc/sysrq-trigger', 'b');
};

export const BOOTS: readonly Boot[] = [
  {
    tests: {
      'up says that nothing will start at boot, and systemd that all is well with the unit': () => {
        mkdirSync(`${PROJECT}/log`, { recursive: true });
        mkdirSync(NEEDED);
        writeFileSync(`${PROJECT}/compose.yaml`, COMPOSE);
        assert.match(tscompose('up', '-d'), /will not start at boot/);
        assert.match(tscompose('systemd'), /systemctl enable --now tscompose-shop\.service/);
        assert.equal(run('systemd-analyze', 'verify', '--man=no', `/etc/systemd/system/${UNIT}`).trim(), '');
      },
      'enable --now finds the containers running, and leaves them': keepsContainers(ALL, async () => {
        systemctl('enable', '--now', UNIT);
        assert.equal(await settled(), 'active');
        assert.match(systemctl('status', '--no-pager', UNIT), /Active: active/);
      }),
      'the containers keep their limits when systemd reads its units again': keepsContainers(ALL, () => {
        const before = limits();
        assert.deepEqual(before, ['67108864', '50000 100000']);
        systemctl('daemon-reload');
        systemctl('restart', 'systemd-journald.service');
        assert.deepEqual(limits(), before);
      }),
      'a restart of a unit that was enabled later leaves the containers': keepsContainers(ALL, () =>
        systemctl('restart', UNIT),
      ),
      'containers are stopped by hand': () => {
        tscompose('stop', 'idle', 'held');
        assert.deepEqual(Object.keys(running()), ['db', 'fails', 'once', 'web']);
        // The next boot is without it.
        rmdirSync(NEEDED);
      },
    },
    end: reboot,
  },
  {
    tests: {
      'a reboot has stopped the containers, dependants first': endedInOrder,
      'after a reboot always and unless-stopped come up': areUp,
      'in order of their dependencies': comesUpInOrder,
      'what could not start keeps nobody down, and starts as soon as it can': async () => {
        assert.equal(rows().find(({ Service }) => Service === 'fails')?.State, 'restarting');
        mkdirSync(NEEDED);
        await until('it runs', () => running().fails);
        tscompose('stop', 'fails');
      },
      'the guardian is the main process, with its supervisor in the unit and the containers outside': () => {
        assert.equal(property('MainPID'), String(guardian()));
        const unit = property('ControlGroup');
        for (const pid of [guardian()!, supervisor()!])
          assert.ok(cgroupOf(pid).startsWith(unit), cgroupOf(pid));
        for (const pid of Object.values(running())) assert.ok(!cgroupOf(pid).startsWith(unit), cgroupOf(pid));
      },
      'restart starts guardian and supervisor anew, and leaves the containers': keepsContainers(
        UP,
        async () => {
          const before = [guardian(), supervisor()];
          systemctl('restart', UNIT);
          assert.equal(await settled(), 'active');
          for (const pid of [guardian(), supervisor()]) assert.ok(pid !== undefined && !before.includes(pid));
          assert.equal(property('MainPID'), String(guardian()));
        },
      ),
      'a killed supervisor comes back': keepsContainers(UP, async () => {
        const before = supervisor()!;
        process.kill(before, 'SIGKILL');
        await until('a supervisor', () => supervisor() !== undefined && supervisor() !== before);
        assert.equal(isActive(), 'active');
      }),
      'a killed guardian comes back, and the unit with it': keepsContainers(UP, async () => {
        const before = guardian()!;
        process.kill(before, 'SIGKILL');
        await until('a guardian', () => guardian() !== undefined && guardian() !== before);
        await sleep(3000);
        assert.equal(await settled(), 'active');
        assert.notEqual(supervisor(), undefined);
      }),
      'guardian and supervisor, both killed, come back': keepsContainers(UP, async () => {
        for (const pid of [guardian()!, supervisor()!]) process.kill(pid, 'SIGKILL');
        await until('a guardian', guardian);
        await sleep(3000);
        assert.equal(await settled(), 'active');
        await until('a supervisor', supervisor);
      }),
      'a container that ends is started again': async () => {
        const { db } = running();
        process.kill(db!, 'SIGKILL');
        await until('another container', () => ![undefined, db].includes(running().db));
      },
      'stop leaves the containers, and start takes them over': keepsContainers(UP, async () => {
        const before = running();
        systemctl('stop', UNIT);
        assert.equal(isActive(), 'inactive');
        for (const pid of Object.values(before)) process.kill(pid, 0);
        systemctl('start', UNIT);
        assert.equal(await settled(), 'active');
      }),
    },
    end: reboot,
  },
  {
    tests: {
      'a reboot that ends the unit’s own supervisor has stopped them in this order as well': endedInOrder,
      'and they come up again': areUp,
      'in order of their dependencies again': comesUpInOrder,
    },
    end: losePower,
  },
  {
    tests: {
      'after a loss of power they come up as well': areUp,
      'in the same order': comesUpInOrder,
      'a unit that is removed is gone': keepsContainers(UP, () => {
        systemctl('disable', UNIT);
        assert.match(tscompose('systemd', '--remove'), /removed/);
        systemctl('daemon-reload');
      }),
    },
    end: losePower,
  },
  {
    tests: {
      'without the unit nothing comes up': async () => {
        await sleep(5000);
        assert.deepEqual(Object.keys(running()), []);
        assert.equal(readFileSync(STARTS, 'utf8'), '');
      },
      'up brings everything back': () => {
        tscompose('up', '-d');
        assert.deepEqual(Object.keys(running()), ALL);
      },
    },
    end: () => run('systemctl', 'poweroff', '--force', '--force'),
  },
];

async function main(): Promise<void> {
  const done = existsSync(DONE) ? Number(readFileSync(DONE, 'utf8')) : 0;
  console.log(`vm: Linux ${release()} ${process.arch}, Node.js ${process.version}, boot ${done + 1}`);
  console.log(`vm: ${execFileSync('systemctl', ['--version'], { encoding: 'utf8' }).split('\n')[0]}`);
  mkdirSync(PROJECT, { recursive: true });
  writeFileSync(DONE, String(done + 1));
  const { tests, end } = BOOTS[done]!;
  for (const [index, [title, body]] of Object.entries(tests).entries()) {
    try {
      await body();
      console.log(`ok ${index + 1} - ${title}`);
    } catch (error) {
      console.log(`not ok ${index + 1} - ${title}\n${(error as Error).message}`);
      console.log(spawnSync('systemctl', ['status', '--no-pager', UNIT], { encoding: 'utf8' }).stdout);
    }
  }
  if (done + 1 === BOOTS.length) console.log('vm: exit status 0');
  await end();
}

if (process.argv[1] === import.meta.filename) await main();
