import { readFileSync } from 'node:fs';
import test from 'ava';
import { recordProblem } from '../../../src/engine/supervisor/record/check.ts';
import { newContainer } from '../../../src/engine/supervisor/record/new-records.ts';
import { VERSION } from '../../../src/engine/supervisor/record/project-record.ts';
import { loadText } from '../../project/support.ts';

test('a record of containers with every key is one that can be read', (t) => {
  const text = readFileSync(new URL('../../project/every-key.yaml', import.meta.url), 'utf8');
  const { project } = loadText(text, { toRun: false });
  const services = Object.values(project!.services);
  t.true(services.length > 0);
  const containers = services.map((service) =>
    newContainer(() => '172.20.0.2', service, 1, `app-${service.name}-1`, 'direct'),
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
