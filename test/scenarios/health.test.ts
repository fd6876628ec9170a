import { mkdirSync, rmSync } from 'node:fs';
import type { HealthDetails as Details } from '../../src/api/calls/containers.ts';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { serveLayout } from '../images/registry/faulty-registry.ts';
import { watchEvents } from './harness/events.ts';
import { healthOf, lastResult as last, untilHealth as until } from './harness/health.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

scenario(
  'the health of a service is found at once, and shown by ps, events and inspect',
  async (t, project) => {
    project.compose(`services:
  a:
    ${stays()}
    environment: { WHO: someone }
    user: "12:13"
    working_dir: /tmp
    healthcheck: { test: 'echo "$$WHO $$(id -u):$$(id -g) $$PWD"; echo bad >&2', interval: 1h }
  b:
    ${stays()}
    healthcheck: { test: [CMD, test, -e, /tmp/fine], interval: 50ms, retries: 2 }
  c:
    ${stays()}
    healthcheck: { disable: true }
`);
    await project.up();
    const health = await until(project, 'a', ({ Status }) => Status === 'healthy');
    t.is(health.FailingStreak, 0);
    t.deepEqual([last(health).ExitCode, last(health).Output], [0, 'someone 12:13 /tmp\nbad\n']);
    const a = await project.container('a');
    t.regex(a.Status, /^Up .* \(healthy\)$/);
    t.is((await project.container('a')).Health, 'healthy');
    const [shown] = JSON.parse(await project.ok('ps', 'a', '--format', 'json-array')) as readonly {
      readonly HealthLog: Details['Log'];
    }[];
    t.deepEqual(shown?.HealthLog, health.Log);

    const sick = await until(project, 'b', ({ Status }) => Status === 'unhealthy');
    t.true(sick.FailingStreak >= 2);
    t.regex((await project.container('b')).Status, /^Up .* \(unhealthy\)$/);
    const told = watchEvents(project);
    await project.exec('b', 'touch', '/tmp/fine');
    await until(project, 'b', ({ Status }) => Status === 'healthy');
    t.is(await healthOf(project, 'c'), undefined);
    t.is((await project.container('c')).Health, '');
    t.deepEqual(
      told
        .events()
        .filter(({ type }) => type === 'container.health')
        .map(({ service, number, health }) => [service, number, health]),
      [['b', 1, 'healthy']],
    );
    told.stop();
  },
);

scenario(
  'a check that cannot be started, is too late, prints too much or is killed has failed',
  async (t, project) => {
    const often = 'interval: 50ms, retries: 1';
    rmSync(`${project.ownRoot()}/bin/sh`);
    project.compose(`services:
  missing:
    rootfs: ./root
    command: sleep 1000
    healthcheck: { test: [CMD, /no/such/program], ${often} }
  shell:
    rootfs: ./root
    command: sleep 1000
    healthcheck: { test: "true", ${often} }
  late:
    ${stays()}
    healthcheck: { test: "echo begun; sleep 1000", timeout: 1500ms, ${often} }
  loud:
    ${stays()}
    healthcheck: { test: "head -c 300000 /dev/zero | tr '\\\\0' x; exit 3", ${often} }
  killed:
    ${stays()}
    healthcheck: { test: "kill -9 $$$$", ${often} }
`);
    await project.up();
    const sick = (service: string) => until(project, service, ({ Status }) => Status === 'unhealthy');
    const missing = last(await sick('missing'));
    t.is(missing.ExitCode, -1);
    t.regex(missing.Output, /`\/no\/such\/program` not found/);
    const shell = last(await sick('shell'));
    t.deepEqual(
      [shell.ExitCode, shell.Output],
      [-1, 'health check in shell-1 could not start: command `/bin/sh` not found'],
    );
    const late = last(await sick('late'));
    t.deepEqual([late.ExitCode, late.Output], [-1, 'Health check exceeded timeout (1.5s): begun\n']);
    const loud = last(await sick('loud'));
    t.deepEqual([loud.ExitCode, loud.Output], [3, `${'x'.repeat(4096)}...`]);
    t.is(last(await sick('killed')).ExitCode, 137);
    await until(project, 'killed', ({ Log }) => Log.length === 5);
    await project.changeAtOnce('down');
  },
);

scenario(
  'the health check of a pulled image is made, field by field with what the service says',
  async (t, project) => {
    const layout = project.path('layout');
    mkdirSync(layout);
    const config = {
      Cmd: ['sleep', '1000'],
      Env: ['PATH=/bin', 'FROM=image'],
      StopSignal: 'SIGKILL',
      Shell: ['/bin/sh', '-e', '-c'],
      Healthcheck: { Test: ['CMD-SHELL', 'echo "$FROM $-"; false; true'], Interval: 50e6, Retries: 1 },
    };
    makeLayout(layout, [{ name: 'app:1', layers: [busyboxLayer()], config }]);
    const registry = await serveLayout(layout);
    try {
      const image = `image: '${registry.host}/app:1'`;
      project.compose(`services:
  same: { ${image} }
  patient: { ${image}, environment: { FROM: file }, healthcheck: { retries: 1000 } }
  own: { ${image}, healthcheck: { test: [CMD, echo, mine] } }
  off: { ${image}, healthcheck: { disable: true } }
  other: { ${image}, healthcheck: { test: [NONE] } }
`);
      await project.up();
      const same = await until(project, 'same', ({ Status }) => Status === 'unhealthy');
      t.is(last(same).ExitCode, 1);
      t.regex(last(same).Output, /^image \w*e\w*\n$/);
      const patient = await until(project, 'patient', ({ FailingStreak }) => FailingStreak > 1);
      t.is(patient.Status, 'starting');
      t.regex(last(patient).Output, /^file /);
      const own = await until(project, 'own', ({ Status }) => Status === 'healthy');
      t.is(last(own).Output, 'mine\n');
      for (const service of ['off', 'other']) t.is(await healthOf(project, service), undefined);
      t.notRegex(await project.ok('config'), /healthcheck:\s+test:\s+- CMD-SHELL/, 'as in Docker Compose');
      await project.changeAtOnce('down');
    } finally {
      await registry.close();
    }
  },
);
