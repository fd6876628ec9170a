import { kill } from 'node:process';
import { askTcp } from './harness/ask.ts';
import { eventually } from './harness/eventually.ts';
import { namespaceOf } from './harness/host.ts';
import { needs, scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

needs('busybox')(
  'a restarted container keeps its addresses, names and ports, and its ports refuse meanwhile',
  async (t, project) => {
    project.root();
    const once = '["sh", "-c", "nc -l -p 80 -e echo hello; exit 1"]';
    project.compose(`services:
  web: { command: ${once}, rootfs: ./root, ports: ["80"], deploy: { restart_policy: { delay: 1s } } }
  ask: { command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s }
`);
    await project.up();
    const before = await project.container('web');
    const port = Number((await project.ok('port', 'web', '80')).trim().split(':').at(-1));
    const address = await project.exec('ask', 'nslookup', 'web');
    for (let run = 0; run < 2; run++) {
      await eventually('it answers', async () => (await askTcp('127.0.0.1', port)) === 'hello');
      await eventually('it waits', async () => (await project.container('web')).State === 'restarting');
      await t.throwsAsync(askTcp('127.0.0.1', port), { message: 'ECONNREFUSED' });
      await eventually('it runs', async () => (await project.container('web')).State === 'running');
      t.is(await project.exec('ask', 'nslookup', 'web'), address, 'its name is there when it runs');
    }
    t.is((await project.container('web')).ID, before.ID);
  },
);

scenario('containers that share a namespace of a restarted one join its new one', async (t, project) => {
  project.compose(`services:
  vpn: { ${stays()}, restart: always }
  app: { ${stays()}, network_mode: "service:vpn" }
  side: { ${stays()}, ipc: "service:app" }
  other: { ${stays()} }
`);
  await project.up();
  const before = new Map((await project.containers()).map(({ Service, Pid }) => [Service, Pid]));
  kill(before.get('vpn')!, 'SIGKILL');
  for (const service of ['vpn', 'app', 'side'])
    await eventually(`${service} runs again`, async () => {
      const { State, Pid } = await project.container(service);
      return State === 'running' && Pid !== before.get(service);
    });
  const pid = async (service: string) => (await project.container(service)).Pid;
  t.is(namespaceOf(await pid('app'), 'net'), namespaceOf(await pid('vpn'), 'net'));
  t.is(namespaceOf(await pid('side'), 'ipc'), namespaceOf(await pid('app'), 'ipc'));
  t.is((await project.container('other')).Pid, before.get('other')!);
  await project.change('kill', 'app');
  t.is((await project.container('app')).State, 'exited', 'it has no policy of its own');
});
