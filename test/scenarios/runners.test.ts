import type { ExecutionContext } from 'ava';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

/** What a process says of itself and its container: a command each, by what it is about. */
const LOOK: Readonly<Record<string, string>> = {
  // Of the one that reads: a shell that has just made a process may have its signals blocked.
  status: 'cat /proc/self/status',
  mountinfo: 'cut -d" " -f4- /proc/PID/mountinfo',
  limits: 'cat /proc/PID/limits',
  cgroup: 'cat /proc/PID/cgroup',
  namespaces: 'ls /proc/PID/ns; cat /proc/PID/uid_map /proc/PID/gid_map /proc/PID/setgroups',
  environment: 'tr "\\0" "\\n" </proc/PID/environ; ls -l /proc/PID/cwd /proc/PID/root /proc/PID/exe',
  // Without a pipe: what the shell has open to make one would stand among the descriptors.
  descriptors: 'ls -l /proc/PID/fd',
  score: 'cat /proc/PID/oom_score_adj',
  devices: 'ls -lR /dev',
  directories: 'ls -ld / /* /new/place /scratch /data /etc/*; umask',
  names: 'hostname; cat /proc/sys/kernel/domainname /etc/hosts /etc/hostname /etc/resolv.conf',
  addresses: 'ip addr; ip route',
  settings:
    'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_unprivileged_port_start',
  limit:
    'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids/pids.max',
};

/** Every facility of src/container, as keys of the service that is looked at. */
const CONTAINERS: Readonly<Record<string, string>> = {
  'a plain service': '',
  'the root of the host': 'rootfs: host',
  'memory, processors and processes': `memory: 64m
    memswap_limit: 96m
    mem_reservation: 16m
    cpus: 0.5
    cpu_shares: 512
    cpuset: "0"
    pids_limit: 50
    oom_score_adj: 300`,
  ulimits: 'ulimits: {nofile: {soft: 100, hard: 300}, nproc: 60, core: 0, stack: 1000000}',
  'another user': 'user: alice\n    group_add: [audio, "1234"]\n    working_dir: /new/place',
  'a user by number': 'user: "1000:60"',
  'some capabilities': 'cap_drop: [ALL]\n    cap_add: [NET_ADMIN, SYS_PTRACE]',
  'no new privileges': 'security_opt: ["no-new-privileges:true"]\n    user: alice',
  'a privileged service': 'privileged: true',
  'a root that is read only': 'read_only: true\n    tmpfs: ["/scratch:size=1m,mode=1700"]',
  volumes: `volumes:
      - ./data:/data:ro
      - {type: bind, source: ./data/file, target: /etc/one-file}
      - {type: tmpfs, target: /scratch, tmpfs: {size: 1m}}`,
  'shared memory': 'shm_size: 16m',
  devices: 'devices: ["/dev/null:/dev/nothing:r", "/dev/zero:/new/zero"]',
  'kernel settings': 'sysctls: {net.ipv4.ip_forward: "1", kernel.msgmax: 9000}',
  'names and hosts': `domainname: example.org
    extra_hosts: ["other:10.1.2.3"]
    dns: [10.9.9.9]
    dns_search: [example.org]
    environment: {A: "1", B: "two words"}
    labels: {a: b}`,
  'an init': 'init: true',
  'an init of another user': 'init: true\n    user: alice',
  'a terminal': 'tty: true',
  'input that stays open': 'stdin_open: true',
  'two networks':
    'networks: {default: {}, other: {ipv4_address: 10.214.7.9, mac_address: "02:42:00:11:22:33"}}',
  'no network': 'network_mode: none',
  'the namespaces of the host':
    'network_mode: host\n    pid: host\n    ipc: host\n    uts: host\n    cgroup: host',
  'the namespaces of another service':
    'network_mode: "service:base"\n    pid: "service:base"\n    ipc: "service:base"',
  'an init among the processes of another service': 'init: true\n    pid: "service:base"',
  'a cgroup of its own parent': 'cgroup_parent: runners-parent',
};

/** What others of the machine change meanwhile. */
const OF_THE_HOST: Readonly<Record<string, readonly string[]>> = {
  'the root of the host': ['directories'],
  'the namespaces of the host': ['addresses', 'devices'],
};

const names = Object.keys(CONTAINERS);

needs('busybox')('both runners make the same container, for every facility', async (t, project) => {
  project.root();
  project.write('data/file', 'x');
  project.compose(composeOf(names, lookAt('$$')));
  // It keeps the supervisor as well, when all others have ended.
  await project.up('base');
  const [reexec, direct] = [await seenBy(project, 'reexec'), await seenBy(project, 'direct')];
  for (const [index, what] of names.entries()) {
    t.regex(reexec[index]!.status!, /^CapBnd:/m, what);
    isTheSame(t, what, direct[index]!, reexec[index]!, OF_THE_HOST[what]);
  }
});

needs('busybox')(
  'both runners make the same process in a running container, for every facility',
  async (t, project) => {
    const looked = [
      'a plain service',
      'another user',
      'a privileged service',
      'an init',
      'a terminal',
      'volumes',
      'memory, processors and processes',
      'ulimits',
    ];
    project.root();
    project.write('data/file', 'x');
    project.compose(composeOf(looked, 'exec sleep 1000'));
    await project.up();
    for (const [index, what] of looked.entries()) {
      const exec = async (runner: Runner) =>
        files(await project.execWith(runner, serviceOf(index), 'sh', '-c', lookAt('self')));
      isTheSame(t, what, await exec('direct'), await exec('reexec'));
    }
  },
);

type Runner = 'direct' | 'reexec';

type Files = Readonly<Record<string, string>>;

const isTheSame = (
  t: ExecutionContext,
  what: string,
  direct: Files,
  reexec: Files,
  except: readonly string[] = [],
): void => {
  t.deepEqual(Object.keys(direct), Object.keys(LOOK), what);
  for (const name of Object.keys(LOOK).filter((one) => !except.includes(one)))
    t.is(direct[name], reexec[name], `${what}: ${name}`);
};

const serviceOf = (index: number): string => `web${index}`;

/** A service for each of these containers, and what they need besides. */
const composeOf = (containers: readonly string[], command: string): string => `services:
${containers.map((what, index) => serviceWith(serviceOf(index), CONTAINERS[what]!, command)).join('\n')}
  base: {rootfs: ./root, hostname: base, command: [sleep, "1000"], stop_grace_period: 0s}
networks:
  other: {ipam: {config: [{subnet: 10.214.7.0/24}]}}
`;

const serviceWith = (service: string, keys: string, command: string): string => {
  const own = [
    keys,
    ...(keys.includes('rootfs:') ? [] : ['rootfs: ./root']),
    ...(keys.includes('uts: host') ? [] : ['hostname: box']),
    'stop_grace_period: 0s',
    `command: ${JSON.stringify(['sh', '-c', command]).replaceAll('$', '$$$$')}`,
  ];
  return `  ${service}:\n    ${own.filter(Boolean).join('\n    ')}`;
};

/** What the containers have printed. The second takes the place of the first, and with it name, network and address. */
const seenBy = async (project: Project, runner: Runner): Promise<readonly Files[]> => {
  const services = names.map((_, index) => serviceOf(index));
  await project.ok('--runner', runner, 'up', '-d', '--force-recreate', '--no-deps', ...services);
  await eventually('they have ended', async () =>
    (await project.containers(...services)).every(({ State }) => State === 'exited'),
  );
  return Promise.all(services.map(async (service) => files(await project.logs(service))));
};

/** A script that prints each of the files below its name; an error has to be the same as well. */
const lookAt = (pid: string): string =>
  Object.entries(LOOK)
    .map(([name, command]) => `echo "== ${name}"; { ${command.replaceAll('PID', () => pid)}; } 2>&1`)
    .join('; ')
    .concat('; true');

/** By name, without what differs from one start to the next. */
const files = (text: string): Files =>
  Object.fromEntries(
    text
      .replaceAll('\r', '')
      .split(/^== /m)
      .slice(1)
      .map((part) => part.split('\n'))
      .map(([name = '', ...lines]) => [name, lines.map(normalised).filter(Boolean).join('\n')]),
  );

const normalised = (line: string): string =>
  DIFFERS.test(line)
    ? ''
    : line
        .replace(/ [A-Z][a-z]{2} [ \d]\d [ \d]\d:\d\d /, ' ')
        .replace(/\b(pipe|socket|shared|master|peer_group):\[?\d+\]?/g, '$1')
        .replace(/@if\d+|link-netnsid \d+/g, '')
        // The kernel says some time after the start that the cable has a carrier.
        .replace(/\bNO-CARRIER,|,M-DOWN\b/g, '')
        // Chosen by the kernel, where the file does not say one.
        .replace(/link\/ether (?!02:42)\S+/, 'link/ether')
        .replace(/\/proc\/\d+\//g, '/proc/N/');

/** Numbers of processes, memory that is used, and the links of /proc, of which there is one for each process. */
const DIFFERS =
  /^(Tgid|Pid|PPid|NStgid|NSpid|NSpgid|NSsid|Vm\w+|Rss\w+|SigQ|\w*voluntary_ctxt_switches):| \/proc$/;
