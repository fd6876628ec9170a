import { rmSync } from 'node:fs';
import { callSupervisor } from './harness/control.ts';
import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

needs('busybox')('a container whose start fails is kept, with what it has written', async (t, project) => {
  project.ownRoot();
  project.compose(
    `services:\n  web: { rootfs: ./root, command: /bin/busybox sleep 1000, stop_grace_period: 0s }\n  other: { ${stays()} }\n`,
  );
  await project.up();
  await project.exec('web', '/bin/busybox', 'touch', '/kept');
  await project.change('stop', 'web');
  rmSync(project.path('root/bin/busybox'));
  const start = { method: 'POST', path: `/containers/${project.name}-web-1/start` };
  const refused = await callSupervisor(project, start);
  t.true(refused.status >= 400, refused.text);
  t.is((await project.container('web')).State, 'exited');
  rmSync(project.path('root'), { recursive: true });
  project.ownRoot();
  t.is((await callSupervisor(project, start)).status, 204);
  t.is(await project.exec('web', '/bin/busybox', 'ls', '/kept'), '/kept');
});
