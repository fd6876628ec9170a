import test from 'ava';
import { projectProblem } from '../../src/project/model/shape.ts';
import { loadText, problems, web } from './support.ts';

const mounts = (text: string) => loadText(text).project!.services.web!.mounts;

const file = (more: string) => web(`volumes: [{type: image, target: /a, ${more}}]`);

test('a mount of an image is read-only, and knows the part that is mounted', (t) => {
  const mount = {
    from: 'services.web.volumes[0]',
    kind: 'image',
    target: '/a',
    readOnly: true,
    image: { kind: 'wanted-image', reference: 'app:1' },
  };
  t.deepEqual(mounts(file("source: 'app:1'")) as unknown, [mount]);
  t.deepEqual(mounts(file("source: 'app:1', image: {subpath: b//c/./d}")) as unknown, [
    { ...mount, subpath: 'b/c/d' },
  ]);
});

// Red without: the type `image` in sources of mount-targets.ts, and in subpaths of volume-definitions.ts.
test('it has a source, and its subpath stays in it', (t) => {
  const part = (subpath: string) => problems(file(`source: x, image: {subpath: ${subpath}}`));
  t.deepEqual(part('a/..b'), []);
  t.deepEqual(part('/a').map(withoutPlace), ['error invalid-value /a']);
  t.deepEqual(part('a/../../b').map(withoutPlace), ['error invalid-value a/../../b']);
  t.deepEqual(problems(file('read_only: true')).map(code), ['missing-key']);
});

const withoutPlace = (problem: string) => problem.replace(/ \d+:\d+ /, ' ');

const code = (problem: string) => problem.split(' ')[1];

// Red without: the check of `image` for mounts in shape.ts.
test('a supervisor takes no image that was not looked up, and no digest that is none', (t) => {
  const { project } = loadText(file('source: x'));
  t.regex(projectProblem(project) ?? '', /image\.kind/);
  const digest = `sha256:${'a'.repeat(64)}`;
  const found = (layer: string) => {
    const image = { kind: 'image', reference: 'x', id: digest, digest, layers: [layer] };
    const service = project!.services.web!;
    const web = { ...service, mounts: service.mounts.map((mount) => ({ ...mount, image })) };
    return projectProblem({ ...project, services: { web } });
  };
  t.is(found(digest), undefined);
  t.regex(found('../../etc') ?? '', /is no SHA-256 digest/);
});
