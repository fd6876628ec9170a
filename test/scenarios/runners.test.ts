import { needs } from './harness/scenario.ts';

const SHOW = [
  'grep -E "^(Name|Umask|.id|Groups|NS.*|Cap.*|Sig[BIC].*|NoNewPrivs|Seccomp.*)" /proc/1/status',
  'cut -d" " -f4- /proc/self/mountinfo | sed "s/run-[0-9a-f]*/run/g"',
  'cat /proc/1/limits /proc/1/cgroup /proc/sys/kernel/hostname /proc/1/environ',
  'ls -l /dev | sed "s/ [A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]*//"',
  // Without a pipe: what the shell has open to make one would stand among the descriptors.
  'ls -l /proc/1/fd',
  'ip addr | sed "s/@if[0-9]*//; s/link.ether .*//; s/link-netnsid.*//"; ip route; cat /proc/1/oom_score_adj',
].join('; ');

/** Without what differs from one start to the next. */
const comparable = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !line.includes('-> pipe:'))
    .map((line) =>
      line.replace(/^\S+ +\d+ .*:\d\d (\d+( -> .*)?)$/, (_, link: string) => link.replace(/-\d+/g, '')),
    );

const VARIANTS: Readonly<Record<string, string>> = {
  'of a plain service': '',
  'with limits, mounts and another user': `memory: 64m
    cpus: 0.5
    pids_limit: 50
    user: alice
    working_dir: /new/place
    read_only: true
    ulimits: {nofile: 300}
    sysctls: {net.ipv4.ip_forward: "1"}
    tmpfs: ["/scratch:size=1m"]
    volumes: ["./data:/data:ro"]`,
  'that is privileged': 'privileged: true',
  'with an init': 'init: true',
};

for (const [what, keys] of Object.entries(VARIANTS)) {
  needs('busybox')(`both runners make the same container (${what})`, async (t, project) => {
    project.root();
    project.write('data/file', 'x');
    project.compose(
      `services:\n  web:\n    rootfs: ./root\n    hostname: box\n    command: [sh, -c, '${SHOW}']\n${keys && `    ${keys}\n`}`,
    );
    const run = (runner: string) =>
      project.ok('--runner', runner, 'run', '--rm', '--name', 'same', '-T', 'web');
    const reexec = await run('reexec');
    t.true(reexec.includes('CapBnd'));
    t.deepEqual(comparable(await run('direct')), comparable(reexec));
  });

  needs('busybox')(
    `both runners make the same process in a running container (${what})`,
    async (t, project) => {
      project.root();
      project.write('data/file', 'x');
      project.compose(
        `services:\n  web:\n    rootfs: ./root\n    hostname: box\n    stop_grace_period: 0s\n    command: [sleep, "1000"]\n${keys && `    ${keys}\n`}`,
      );
      await project.ok('up', '-d');
      const look = SHOW.replaceAll('/proc/1/', '/proc/self/');
      const exec = (runner: string) => project.ok('--runner', runner, 'exec', '-T', 'web', 'sh', '-c', look);
      const numbers = (text: string) =>
        comparable(text.replace(/^(NS)?\S*[pP]id:.*$/gm, '').replace(/^NS[a-z]+:.*$/gm, ''));
      t.deepEqual(numbers(await exec('direct')), numbers(await exec('reexec')));
    },
  );
}
