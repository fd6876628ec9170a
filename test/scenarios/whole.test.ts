import { mkdirSync } from 'node:fs';
import { kill } from 'node:process';
import { startDockerRegistry } from '../images/registry/docker-registry.ts';
import { COMPOSE, pushShopImages, writeShopFiles } from '../images/shop.ts';
import { patience } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs, whenNightly } from './harness/scenario.ts';

type Answer = {
  readonly host: string;
  readonly version: string;
  readonly greeting: string;
  readonly visits: number;
  readonly cached: number;
};

const write = (project: Project, registry: string): void => {
  pushShopImages(project.path('.'), registry);
  project.compose(COMPOSE);
  writeShopFiles(project.write, registry);
  project.compose(
    `services:\n  client: { image: '${registry}/redis:7', command: [sleep, infinity], stop_signal: SIGKILL, networks: [edge] }\nnetworks: { edge: { external: true, name: edge } }\n`,
    'second.yaml',
  );
};

const idsOf = async (project: Project): Promise<ReadonlyMap<string, string>> =>
  new Map((await project.containers()).map(({ Name, ID }) => [Name, ID]));

/** What a shell sends and reads where there is no client of HTTP. */
const GET = 'exec 3<>/dev/tcp/proxy/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3';

const whole = whenNightly(needs('mmdebstrap', 'docker-registry', 'skopeo'));

whole(
  'a shop of a proxy, three replicas, two databases and a migration comes up in order, is looked after, and keeps its data',
  async (t, project) => {
    t.timeout(900_000 * patience);
    mkdirSync(project.path('registry'));
    const registry = await startDockerRegistry(project.path('registry'));
    try {
      write(project, registry.host);
      await project.ok('network', 'create', 'edge');
      await project.ok('up', '-d', '--wait');
      const second = `${project.name}-second`;
      project.alsoTakeDown(second);
      const other = ['-p', second, '-f', project.path('second.yaml')] as const;
      await project.ok(...other, 'up', '-d');

      const port = async () => (await project.ok('port', 'proxy', '80')).trim();
      const ask = async (): Promise<Answer> => {
        const response = await fetch(`http://${await port()}/`, { signal: AbortSignal.timeout(10_000) });
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        return (await response.json()) as Answer;
      };
      const answer = (what: string) => eventually(what, ask, 60);

      const first = await answer('the first answer through the port');
      t.like(first, { version: '1', greeting: 'hello' });
      const hosts = new Set<string>();
      await eventually('all three replicas answer behind one name', async () => {
        hosts.add((await ask()).host);
        return hosts.size === 3;
      });
      const { stdout } = await project.tscompose(...other, 'exec', '-T', 'client', 'bash', '-c', GET);
      t.regex(stdout, /"greeting":"hello"/, 'another project reaches the proxy by its name');
      // Without a healthy database before it, the migration fails, and without the migration every answer.
      t.like(await project.container('migrate'), { State: 'exited', ExitCode: 0 });

      for (const service of ['proxy', 'app', 'db', 'cache']) {
        const before = await project.containers(service);
        for (const { Pid } of before) kill(Pid, 'SIGKILL');
        await eventually(`${service} runs again`, async () => {
          const now = await project.containers(service);
          return now.every(({ State, Pid }, index) => State === 'running' && Pid !== before[index]!.Pid);
        });
        t.true((await answer(`an answer after kill -9 of ${service}`)).visits > first.visits);
      }
      const supervisor = project.supervisor()!;
      kill(supervisor, 'SIGKILL');
      await eventually('another supervisor', () => (project.supervisor() ?? supervisor) !== supervisor);
      const kept = await answer('an answer after kill -9 of the supervisor');
      const [{ Pid: pid } = { Pid: 0 }] = await project.containers('app');
      kill(pid, 'SIGKILL');
      await eventually('the next supervisor restarts as well', async () =>
        (await project.containers('app')).every(({ State, Pid }) => State === 'running' && Pid !== pid),
      );

      const before = await idsOf(project);
      project.write('.env', `REGISTRY=${registry.host}\nVERSION=2\n`);
      await project.ok('up', '-d', '--wait');
      const after = await idsOf(project);
      t.deepEqual(
        [...after]
          .filter(([name, id]) => before.get(name) !== id)
          .map(([name]) => name)
          .toSorted(),
        [1, 2, 3].map((number) => `${project.name}-app-${number}`),
        'the others are the ones they were',
      );
      await eventually('the new version answers', async () => (await ask()).version === '2');

      await project.ok('down');
      await project.ok('up', '-d', '--wait');
      const last = await answer('an answer after down and up');
      t.true(last.visits > kept.visits && last.cached > kept.cached, 'the data is kept');

      await project.ok(...other, 'down');
      await project.ok('down', '-v', '--rmi', 'all');
      await project.ok('network', 'rm', 'edge');
      // As in Docker, a down without -v leaves the anonymous volumes.
      await project.ok('volume', 'prune', '-f');
      t.is(await project.ok('volume', 'ls', '-q'), '');
    } finally {
      await registry.stop();
    }
  },
);
