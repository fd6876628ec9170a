import { isNightly } from '../patience.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { needs, scenario } from './harness/scenario.ts';

const many = (services: number, keys: string): string =>
  `services:\n${Array.from({ length: services }, (_, index) => `  s${index + 1}: { ${keys} }\n`).join('')}`;

// A thousand take a minute: `npm run test:all` has the time.
const SERVICES = isNightly ? 1000 : 100;

needs('busybox')('many services in one network come up, find each other, and go', async (t, project) => {
  project.root();
  project.compose(many(SERVICES, 'rootfs: ./root, command: [sleep, "1000"], stop_grace_period: 0s'));
  await project.ok('--progress', 'quiet', 'up', '-d');
  t.is((await project.ok('ps', '-q')).trim().split('\n').length, SERVICES);
  const ping = await project.exec('s1', 'ping', '-c', '1', '-q', '-w', '5', `s${SERVICES}`);
  t.true(ping.includes('1 packets received'));
  await project.ok('--progress', 'quiet', 'down');
});

scenario('refused: more attachments than a bridge has ports', async (t, project) => {
  project.compose(many(1024, 'command: ["true"]'));
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, { errors: ['too-many-attachments'], says: /1024 attachments.*1023 ports/ });
  await nothingWasMade(project);
});
