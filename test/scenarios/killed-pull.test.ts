import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { makeLayout } from '../images/make-layout.ts';
import { pushWithSkopeo, startDockerRegistry } from '../images/registry/docker-registry.ts';
import { file } from '../images/tar/archive.ts';
import { randomFrom } from '../random.ts';
import { needs } from './harness/scenario.ts';

const KILLS = 20;
const SEED = 20_261_129;
const NONE = 'error[no-image]';

/** Bytes that do not compress, the same ones each time. */
const bytes = (seed: number, size: number): Buffer => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < size; at += 32) pieces.push(createHash('sha256').update(`${seed} ${at}`).digest());
  return Buffer.concat(pieces);
};

needs('docker-registry', 'skopeo')(
  `a pull that is killed at ${KILLS} moments leaves a whole store, and the next one goes on`,
  async (t, project) => {
    mkdirSync(project.path('registry'));
    const { host, stop } = await startDockerRegistry(project.path('registry'));
    try {
      const name = `${host}/app:1`;
      const layers = [3, 1, 2].map((megabytes, index) => [
        file('data', '', { content: bytes(index, megabytes << 20) }),
      ]);
      const [made] = makeLayout(project.path('layout'), [{ name, layers }]);
      pushWithSkopeo(project.path('layout'), name, '--dest-tls-verify=false');
      project.compose(`services: { app: { image: '${name}', command: ['true'], networks: [] } }`);
      const store = `${project.stateDirectory}/.images`;
      const began = performance.now();
      await project.ok('pull', '-q');
      const duration = performance.now() - began;

      const next = randomFrom(SEED);
      let [interrupted, kept] = [0, 0];
      for (let kills = 0; kills < KILLS; kills++) {
        await project.ok('rmi', '-f', name);
        const pull = project.begin(['pull', '-q']);
        // The first pull may have taken longer than those after it.
        await delay(duration * (0.1 + 0.9 * next()));
        pull.signal('SIGKILL');
        await pull.ended;
        const stored = existsSync(`${store}/layers`) ? readdirSync(`${store}/layers`) : [];
        for (const each of stored) {
          const hash = createHash('sha256').update(readFileSync(`${store}/layers/${each}`));
          t.is(`${hash.digest('hex')}.tar`, each);
        }
        // A whole image without a name is a pull that was killed before its last step.
        const { code, stdout, stderr } = await project.tscompose('image', 'verify', name);
        if (stderr.includes(NONE)) interrupted++;
        else t.deepEqual([stdout, code], [`${name}: verified\n`, 0], stderr);
        const parts = existsSync(`${store}/ingest`) ? readdirSync(`${store}/ingest`) : [];
        kept += parts.filter((each) => each.endsWith('.part')).length;
      }
      t.log(`${interrupted} of ${KILLS} kills came in the middle, and left ${kept} parts`);
      t.true(interrupted > 0);
      await project.ok('pull', '-q');
      t.is(await project.ok('image', 'verify', name), `${name}: verified\n`);
      t.deepEqual(
        readdirSync(`${store}/layers`).toSorted(),
        made!.diffIds.map((id) => `${id.slice(7)}.tar`).toSorted(),
      );
    } finally {
      await stop();
    }
  },
);
