import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { pid } from 'node:process';
import { compiled } from './harness/compiled.ts';
import { isRefused } from './harness/failure.ts';
import { needs } from './harness/scenario.ts';

const scenario = needs('busybox');

const stays = 'rootfs: ./root, command: [sleep, "1000"], stop_grace_period: 0s';

/** Major numbers of null(4) and of the slaves of pseudoterminals. */
const [MEMORY, PSEUDOTERMINALS] = [1, 136];

const majorOf = (path: string): number => statSync(path).rdev >> 8;

scenario(
  'volumes on /dev, /dev/pts and /proc lead no step of the start elsewhere: console, masks and sysctls [kernel]',
  async (t, project) => {
    const root = project.ownRoot();
    symlinkSync('/proc', `${root}/srv/proc`);
    for (const directory of ['pts', 'dev', 'proc/self'])
      mkdirSync(project.path(directory), { recursive: true });
    symlinkSync('/proc/sys/kernel/core_pattern', project.path('pts/0'));
    const files = ['sys/net/ipv4/ip_unprivileged_port_start', 'self/oom_score_adj', 'keys'];
    for (const file of files) project.write(`proc/${file}`, 'of the volume\n');
    project.compose(`services:
  pts: { ${stays}, tty: true, volumes: ["./pts:/dev/pts"] }
  dev: { ${stays}, volumes: ["./dev:/dev"] }
  proc: { ${stays}, volumes: ["./proc:/srv/proc"] }
`);
    await project.up();
    const inside = async (service: string, path: string): Promise<string> =>
      `/proc/${(await project.container(service)).Pid}/root${path}`;

    // Red without: the open_tree of root/console.ts (a bind of /dev/pts/0).
    t.is(majorOf(await inside('pts', '/dev/console')), PSEUDOTERMINALS);

    // Red without: FIXED.null in root/masks.ts (a bind of /dev/null, with ENOENT tolerated).
    for (const file of ['keys', 'timer_list', 'interrupts']) {
      if (!existsSync(`/proc/${file}`)) continue;
      const path = await inside('dev', `/proc/${file}`);
      t.is(majorOf(path), MEMORY);
      t.is(readFileSync(path, 'utf8'), '', path);
    }
    // Red without: one of the loops over directories in root/masks.ts. An empty tmpfs(5) has 40 bytes, a procfs 0.
    t.true(existsSync('/sys/firmware'));
    for (const directory of ['/sys/firmware', '/proc/acpi', '/proc/scsi', '/proc/asound'])
      if (existsSync(directory)) t.is(statSync(await inside('dev', directory)).size, 40, directory);

    // Red without: rootAgainStep in root/masks.ts.
    t.is(readlinkSync(await inside('dev', '/proc/1/cwd')), '/');

    // Red without: FIXED.proc in root/proc.ts (a path below /proc).
    for (const file of files) t.is(project.read(`proc/${file}`), 'of the volume\n', file);
    t.is(majorOf(await inside('proc', '/proc/keys')), MEMORY);
  },
);

scenario(
  'no directory is created outside of the root through the root of another process',
  async (t, project) => {
    const root = project.ownRoot();
    const outside = project.path('outside');
    mkdirSync(outside);
    mkdirSync(project.path('data'));
    symlinkSync(`/proc/${pid}/root${outside}`, `${root}/srv/out`);
    symlinkSync(`/proc/${pid}/root${outside}`, project.path('data/out'));
    const trap = `rootfs: ./root, pid: host, command: ["true"]`;
    project.compose(`services:
  directory: { ${trap}, working_dir: /srv/out/made }
  memory: { ${trap}, volumes: ["./data:/data"], tmpfs: /data/out/made }
  bind: { ${trap}, volumes: ["./data:/data", "./data:/data/out/made/below"] }
`);
    // Red without: the openat2 of directoryInside in root/files.ts (mkdirat with the whole path).
    for (const service of ['directory', 'memory', 'bind']) {
      isRefused(t, await project.tscompose('run', '--rm', service), { errors: ['step-failed'] });
      t.false(existsSync(`${outside}/made`), service);
    }
  },
);

needs('busybox', 'cc')(
  'a running container that swaps directories of a volume for links during many starts leads none of them out of the root',
  async (t, project) => {
    project.ownRoot();
    const outside = project.path('outside');
    for (const name of ['data/a', 'other', 'outside']) mkdirSync(project.path(name), { recursive: true });
    project.write('file', '');
    symlinkSync(`/proc/${pid}/root${outside}`, project.path('data/link'));
    const victim = `{ rootfs: ./root, pid: host, command: ["true"], volumes: ["./data:/data", "./other:/data/a/made", "./file:/data/a/file"], tmpfs: /data/a/memory }`;
    const names = Array.from({ length: 12 }, (_, index) => `victim${index}`);
    project.compose(`services:
  swapper:
    rootfs: ./root
    command: [/swapper, /data/a, /data/link]
    stop_grace_period: 0s
    volumes: ["./data:/data", "${compiled('swapper')}:/swapper:ro"]
${names.map((name) => `  ${name}: ${victim}`).join('\n')}
`);
    await project.up('swapper');
    // Starts that meet a link are refused.
    await project.tscompose('up', '-d', ...names);
    // Red without: RESOLVE_NO_MAGICLINKS of FOUND in root/files.ts.
    t.deepEqual(readdirSync(outside), []);
    t.is((await project.container('swapper')).State, 'running');
  },
);
