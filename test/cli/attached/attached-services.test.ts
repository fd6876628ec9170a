import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { attachedServices } from '../../../src/cli/attached/attached-services.ts';
import { plainService } from '../../../src/project/model/plain-service.ts';
import type { Project, Service } from '../../../src/project/model/project.ts';

const service = (name: string, rest: Partial<Service> = {}): Service => ({ ...plainService, name, ...rest });

/** `web` depends on `db`; `noisy` is not attached. */
const project: Project = {
  name: 'app',
  workingDir: '/app',
  files: [],
  services: {
    db: service('db'),
    web: service('web', {
      dependsOn: { db: { condition: 'service_started', required: true, restart: false } },
    }),
    noisy: service('noisy', { attach: false }),
  },
  inactive: [],
  networks: {},
  volumes: {},
};

const none = { attach: [], noAttach: [], attachDependencies: undefined };

for (const [title, services, choices, expected] of [
  ['all services, but not one with attach: false', [], {}, 'db web'],
  ['a named service without its dependencies', ['web'], {}, 'web'],
  ['a named service with its dependencies', ['web'], { attachDependencies: true }, 'db web'],
  ['not a service of --no-attach', [], { noAttach: ['db'] }, 'web'],
  ['a service of --attach alone, whatever its key says', [], { attach: ['noisy'] }, 'noisy'],
  ['not a service of both options', [], { attach: ['db', 'web'], noAttach: ['db'] }, 'web'],
] as const)
  test(`up prints ${title}`, (t) => {
    const attached = attachedServices({ project, services }, { ...none, ...choices });
    t.is([...attached].toSorted().join(' '), expected);
  });

test('a service that up does not have cannot be attached', (t) => {
  const error = t.throws(() => attachedServices({ project, services: [] }, { ...none, attach: ['x'] }), {
    instanceOf: Problem,
  });
  t.is(error.message, 'cannot attach to services not included in up: x');
});
