import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { isRefused } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const KIND = 'vendor.com/gpu';

/** Makes these the specifications of the machine. */
const specify = (project: Project, devices: Readonly<Record<string, object>>, common: object = {}): void => {
  project.env.TSCOMPOSE_CDI_DIRS = project.path('cdi');
  const all = Object.entries(devices).map(([name, containerEdits]) => ({ name, containerEdits }));
  project.write(
    'cdi/vendor.json',
    JSON.stringify({ cdiVersion: '1.0.0', kind: KIND, devices: all, containerEdits: common }),
  );
};

/** A hook that runs a script of the host. */
const hook = (project: Project, name: string, script: string, more: object = {}) => {
  const path = project.write(name, `#!/bin/sh\n${script}\n`, 0o755);
  return {
    hookName: 'createContainer',
    path,
    args: ['hook', 'an argument'],
    env: ['GIVEN=to the hook'],
    ...more,
  };
};

/** Writes what it sees into the root of the container, which it finds as the tools of vendors do. */
const LOOK = `
state=$(cat); bundle=$(echo "$state" | sed 's/.*"bundle":"\\([^"]*\\)".*/\\1/')
root=$(sed 's/.*"root":{"path":"\\([^"]*\\)".*/\\1/' $bundle/config.json)
{ echo "$1 $GIVEN $(pwd -P | grep -c . ) $PATH"; echo "$state" | grep -o '"pid":[0-9]*'
  ls $root/srv/specified; ls -d /proc/self/fd/[3-9] 2>/dev/null | grep -c 4; cat /proc/self/uid_map | wc -l
  [ -e $root/dev/specified ] && [ $(stat -c %d:%i .) = $(stat -c %d:%i $root) ] && echo everything is mounted
} >$root/seen 2>&1
echo first >>$root/order`;

// Red without: the nodes, mounts, environment, groups or hooks in gather-facts.ts and config.ts; createContainerSteps or
// the chroot of enterRootSteps in compile.ts; the umask or close_range in process/hooks.ts.
scenario(
  'a specified device adds nodes, mounts, variables and groups, and its hooks run',
  async (t, project) => {
    execFileSync('mknod', [project.path('node'), 'c', '10', '229']);
    project.write('library/one.so', 'content');
    specify(
      project,
      {
        all: {
          deviceNodes: [
            {
              path: '/dev/specified',
              hostPath: project.path('node'),
              permissions: 'rw',
              fileMode: 0o660,
              gid: 44,
            },
          ],
          mounts: [
            { hostPath: project.path('library'), containerPath: '/srv/specified', options: ['ro', 'rbind'] },
          ],
          additionalGids: [44],
          hooks: [
            hook(project, 'look', LOOK),
            hook(project, 'second', 'echo second >>order', { env: ['X=1'] }),
          ],
        },
      },
      { env: ['WHERE=specification', 'MORE=1'] },
    );
    const device = `devices: ["${KIND}=all"]`;
    project.compose(`services:
  web: { ${stays()}, ${device}, environment: { WHERE: service } }
  requested: { ${stays()}, init: true, deploy: { resources: { reservations: { devices: [{ driver: cdi, capabilities: [gpu], device_ids: ["${KIND}=all"] }] } } } }
  host: { ${stays()}, ${device}, pid: host, read_only: true }
  joined: { ${stays()}, ${device}, pid: "service:web" }
  terminal: { ${stays()}, ${device}, tty: true }
`);
    await project.up();
    const look = `stat -c '%a %g %t:%T' /dev/specified; cat /srv/specified/one.so; echo; touch /srv/specified/x 2>&1 | grep -c Read-only
    echo $WHERE $MORE; id -G; cat /order; stat -c %a /order; cat /seen; grep -c ' / / ' /proc/self/mountinfo`;
    const expected = (pid: readonly string[]) =>
      [
        ...['660 44 a:e5', 'content', '1', 'specification 1', '0 44', 'first', 'second', '644'],
        ...['an argument to the hook 1', ...pid, 'one.so', '0', '1', 'everything is mounted', '1'],
      ].join('\n');
    for (const service of ['web', 'requested', 'terminal', 'host', 'joined']) {
      const seen = await project.exec(service, 'sh', '-c', look);
      t.is(
        seen.replace(/(to the hook 1).*/, '$1'),
        expected(['host', 'joined'].includes(service) ? [] : ['"pid":1']),
        service,
      );
    }
  },
);

// Red without: the check of the status or the timeout in kernel/program/hook.ts, PR_SET_PDEATHSIG in process/hooks.ts.
scenario('a hook that fails, or takes too long, fails the start with what it printed', async (t, project) => {
  const failing = hook(project, 'fails', 'echo "out of order" >&2; exit 3');
  const late = hook(project, 'late', `echo $$ >${project.path('pid')}; echo waiting; exec sleep 1000`, {
    timeout: 1,
  });
  const broken = hook(project, 'broken', '');
  project.write('broken', 'no program', 0o755);
  specify(project, { failing: { hooks: [failing] }, late: { hooks: [late] }, broken: { hooks: [broken] } });
  for (const [name, ends, prints] of [
    ['failing', /fails", \["hook", "an argument"\], .* = exit 3/, /it printed: out of order/],
    ['late', /late".* = no end within its time/, /it printed: waiting/],
    ['broken', /broken".* = ENOEXEC/, /step-failed/],
  ] as const) {
    project.compose(`services: { web: { ${stays()}, pid: host, devices: ["${KIND}=${name}"] } }\n`);
    const result = await project.tscompose('up', '-d');
    isRefused(t, result, { errors: ['step-failed'], says: ends });
    t.regex(result.stderr, prints);
    t.regex(result.stderr, /compose\.yaml:1:/);
  }
  t.false(isAlive(Number(project.read('pid'))), 'no hook outlives the start');
  chmodSync(project.path('fails'), 0o757);
  project.compose(`services: { web: { ${stays()}, devices: ["${KIND}=failing", "${KIND}=none"] } }\n`);
  const refused = await project.tscompose('up', '-d');
  isRefused(t, refused, {
    errors: ['invalid-value', 'invalid-value'],
    says: /other users than root can change/,
  });
});
