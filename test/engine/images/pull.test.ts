import test from 'ava';
import { pullLine } from '../../../src/cli/report/pull-line.ts';
import { type PullEvent, pullImages } from '../../../src/engine/images/pull.ts';
import { findImage } from '../../../src/images/store/stored-image.ts';
import { diagnosticOf, homeEnvironment, withRegistry } from '../../images/registry/with-registry.ts';
import { dockerStore, enginesIn, ID } from '../../images/sources/make-engine-stores.ts';
import { reference } from '../../images/with-store.ts';

const manifests = (requests: readonly { readonly method: string; readonly path: string }[]): string =>
  requests
    .filter(({ path }) => path.includes('/manifests/'))
    .map(({ method }) => method)
    .join(' ');

test(
  'an image of several services is fetched once; with `always`, only its digest is asked for afterwards',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host, requests } = await serve();
    const events: PullEvent[] = [];
    const options = {
      environment: homeEnvironment(home),
      etc,
      onEvent: (event: PullEvent) => events.push(event),
    };
    const image = `${host}/app:1`;
    await pullImages(store, [{ reference: image }, { reference: image, policy: 'always' }], options);
    t.truthy(findImage(store, reference(image)));
    t.is(manifests(requests), 'GET');
    t.is(events.filter(({ kind }) => kind === 'pulled').length, 1);
    const asked = requests.length;
    await pullImages(store, [{ reference: image }, { reference: image, policy: 'never' }], options);
    t.is(requests.length, asked);
    // Red without: the question for the digest in pull.ts.
    await pullImages(store, [{ reference: image, policy: 'always' }], options);
    t.is(manifests(requests), 'GET HEAD');
  }),
);

// Red without: oncePerImage of wish.ts.
test(
  'of several wishes for an image, the one that always asks the registry counts, and none is skipped',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host, requests } = await serve();
    const engines = enginesIn(home);
    const reference = `${host}/app:1`;
    dockerStore(engines.docker, reference);
    const kinds: string[] = [];
    const options = {
      ...{ environment: homeEnvironment(home), etc, engines },
      onEvent: ({ kind }: PullEvent) => kinds.push(kind),
    };
    const policies = ['missing', 'always', 'missing', 'never'];
    await pullImages(
      store,
      policies.map((policy) => ({ reference, policy })),
      options,
    );
    t.is(manifests(requests), 'GET');
    t.deepEqual(
      kinds.filter((kind) => kind === 'skipped' || kind === 'found'),
      [],
    );
  }),
);

test(
  'a failure is that of its image; ignored, it is a result, and the others are fetched',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host } = await serve();
    const options = { environment: homeEnvironment(home), etc };
    const wishes = [{ reference: `${host}/app:1` }, { reference: `${host}/app:2` }];
    t.is((await diagnosticOf(pullImages(store, wishes, options))).code, 'no-image');
    const failed = await pullImages(store, wishes, { ...options, mayFail: () => true });
    t.deepEqual([...failed.keys()], [`${host}/app:2`]);
    t.truthy(findImage(store, reference(`${host}/app:1`)));
  }),
);

// Red without: the event `interrupted` in all-at-once.ts.
test(
  'a failure interrupts the others, and so does the signal; each image has an end that is said',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host } = await serve();
    const stuck = await serve({ layer: () => true });
    const [missing, slow] = [`${host}/app:2`, `${stuck.host}/app:1`];
    const ends = async (images: readonly string[], stop?: AbortController) => {
      const events: PullEvent[] = [];
      const onEvent = (event: PullEvent): void => {
        events.push(event);
        if (event.kind === 'pulling' && event.image === slow) stop?.abort(new Error('SIGINT'));
      };
      const wishes = images.map((image) => ({ reference: image }));
      const options = { environment: homeEnvironment(home), etc, onEvent, signal: stop?.signal };
      await t.throwsAsync(pullImages(store, wishes, options));
      return events.filter(({ kind }) => kind === 'failed' || kind === 'interrupted').map(pullLine);
    };
    t.deepEqual(await ends([slow, missing]), [
      `Image ${missing} Error ${host} has no image \`${missing}\``,
      `Image ${slow} Interrupted (by the failure of ${missing})`,
    ]);
    t.deepEqual(await ends([slow], new AbortController()), [`Image ${slow} Interrupted`]);
  }),
);

test(
  'an image that another engine of this machine has is not downloaded, and it is said',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host, requests } = await serve();
    const engines = enginesIn(home);
    const image = `${host}/app:1`;
    dockerStore(engines.docker, image);
    const events: PullEvent[] = [];
    const options = {
      ...{ environment: homeEnvironment(home), etc, engines },
      onEvent: (event: PullEvent) => events.push(event),
    };
    await pullImages(store, [{ reference: image }], options);
    t.is(findImage(store, reference(image))?.id, `sha256:${ID}`);
    t.deepEqual(requests, []);
    t.deepEqual(
      events.find(({ kind }) => kind === 'found'),
      { kind: 'found', image, in: 'Docker’s store' },
    );
  }),
);

test(
  'a warning has the place of what wants the image',
  withRegistry(async (t, { store, serve, home, etc }) => {
    const { host } = await serve();
    const warnings: PullEvent[] = [];
    const wish = { reference: `${host}/app:1`, platform: 'linux/s390x', from: 'services.web.image' };
    await pullImages(store, [wish], {
      ...{ environment: homeEnvironment(home), etc },
      onEvent: (event) => event.kind === 'warning' && warnings.push(event),
    });
    t.like(warnings, [{ warning: { code: 'other-platform', from: 'services.web.image' } }]);
  }),
);
