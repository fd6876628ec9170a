import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNightly, patience } from '../patience.ts';
import { randomFrom } from '../random.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { cablesOf } from './harness/leftovers.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** What the file says of this round. */
type File = { readonly replicas: number; readonly version: number };

const composed = ({ replicas, version }: File): string => `services:
  db:
    ${stays()}
    stop_grace_period: 0s
    restart: always
    environment: { VERSION: "${version % 3}" }
    healthcheck: { test: "true", interval: 100ms }
  migrate:
    ${shell('echo migrated')}
    environment: { VERSION: "${version}" }
    depends_on: { db: { condition: service_healthy } }
  web:
    ${stays()}
    stop_grace_period: 0s
    restart: unless-stopped
    environment: { VERSION: "${version}" }
    healthcheck: { test: "true", interval: 100ms }
    deploy: { replicas: ${replicas} }
    depends_on: { migrate: { condition: service_completed_successfully }, db: { condition: service_healthy, restart: true } }
  last:
    ${stays()}
    stop_grace_period: 0s
    restart: on-failure
    depends_on: { web: { condition: service_healthy } }
  falls: { ${shell('sleep 0.2; exit 1')}, restart: always }
`;

/** Its containers, as `web-1 running`. */
const expected = ({ replicas }: File): readonly string[] =>
  [
    'db-1 running',
    'last-1 running',
    'migrate-1 exited',
    ...Array.from({ length: replicas }, (_, index) => `web-${index + 1} running`),
  ].toSorted();

/** Those of the project but `falls`, which comes and goes. */
const found = async (project: Project): Promise<readonly string[]> =>
  (await project.containers())
    .filter(({ Service }) => Service !== 'falls')
    .map(({ Name, State }) => `${Name.slice(project.name.length + 1)} ${State}`)
    .toSorted();

/** Kills the supervisor, its guardian or both, if they are there. */
const killSome = (project: Project, which: number): string => {
  const [supervisor, guardian] = [project.supervisor(), project.guardian()];
  const victims = [which !== 1 ? supervisor : undefined, which !== 0 ? guardian : undefined];
  for (const pid of victims) {
    try {
      if (pid !== undefined) kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  return ['supervisor', 'guardian', 'both'][which]!;
};

scenario(
  'whatever is killed during an up, the next one brings what the file says, and nothing else',
  async (t, project) => {
    const rounds = Number(process.env.TEST_STEPS ?? (isNightly ? 100 : 3));
    t.timeout(rounds * 60_000 * patience);
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 31);
    t.log(`TEST_SEED=${seed}`);
    const random = randomFrom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    let cut = 0;
    for (let round = 1; round <= rounds; round++) {
      const file = { replicas: 1 + below(3), version: below(100) };
      const done: string[] = [];
      try {
        project.compose(composed(file));
        const up = project.begin(['--progress', 'plain', 'up', '-d']);
        // An up takes about a second.
        for (let count = 1 + below(3); count > 0; count--) {
          const pause = below(1200);
          await sleep(pause);
          done.push(`${pause} ms, ${killSome(project, below(3))}`);
        }
        const { code, stderr } = await up.ended;
        done.push(`up: ${code} ${stderr}`);
        if (code !== 0) cut++;
        await project.up();
        await eventually('what runs is what the file says', async () => {
          const [is, should] = [await found(project), expected(file)];
          if (is.join() !== should.join()) throw new Error(`is:     ${is}\nshould: ${should}`);
          return true;
        });
        const plan = await project.tscompose('--dry-run', 'up', '-d');
        t.notRegex(
          plan.stderr,
          /(db|web|migrate|last)-\d (Created|Started|Recreated|Removed|Stopped)/,
          'nothing is left to do',
        );
        t.is(project.layers().length, expected(file).length + 1);
        await eventually('there are cables for what runs', () => {
          const [cables, running] = [cablesOf(project).length, expected(file).length - 1];
          return cables === running || cables === running + 1;
        });
        await eventually('one supervisor', () => project.supervisors().length === 1);
        if (below(3) > 0) continue;
        await project.takeDown();
        await nothingWasMade(project);
      } catch (error) {
        throw new Error(`round ${round} of seed ${seed}:\n${done.join('\n')}\n${(error as Error).message}`);
      }
    }
    t.log(`${cut} of ${rounds} were cut off`);
  },
);
