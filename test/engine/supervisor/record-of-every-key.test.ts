import { readFileSync } from 'node:fs';
import test from 'ava';
import { newContainer } from '../../../src/engine/facts/new-container.ts';
import { recordProblem } from '../../../src/engine/record/check.ts';
import { VERSION } from '../../../src/engine/record/project-record.ts';
import type { Service } from '../../../src/project/model/project.ts';
import { loadText } from '../../project/support.ts';

test('a record of containers with every key is one that can be read', (t) => {
  const text = readFileSync(new URL('../../project/every-key.yaml', import.meta.url), 'utf8');
  const { project } = loadText(text, { toRun: false });
  const services = Object.values(project!.services).map(withFoundImages);
  t.true(services.length > 0);
  const containers = services.map((service) =>
    newContainer(
      () => ({ ipv4: '172.20.0.2', ipv6: 'fd00::2' }),
      service,
      1,
      `app-${service.name}-1`,
      'direct',
    ),
  );
  const record = {
    version: VERSION,
    name: 'app',
    workingDir: project!.workingDir,
    files: project!.files,
    networks: {},
    containers: Object.fromEntries(containers.map((container) => [container.name, container])),
  };
  t.is(recordProblem(JSON.parse(JSON.stringify(record))), undefined);
});

/** As a supervisor gets them: the images of mounts are looked up. */
const withFoundImages = (service: Service): Service => ({
  ...service,
  mounts: service.mounts.map((mount) =>
    mount.kind === 'image'
      ? {
          ...mount,
          image: { kind: 'image', reference: 'alpine', id: DIGEST, digest: DIGEST, layers: [DIGEST] },
        }
      : mount,
  ),
});

const DIGEST = `sha256:${'a'.repeat(64)}`;
