import test from 'ava';
import { layerSteps } from '../../../src/container/root/root.ts';
import { container } from '../samples.ts';

const options = (isOnImage: boolean): unknown =>
  layerSteps(container({}, { isOnImage }))
    .flatMap((step) => ('args' in step && step.args[0] === 'overlay' ? [step.args[4]] : []))
    .join();

test('only the overlay over an image asks for one device number: it has two file systems', (t) => {
  const layers = 'lowerdir=/srv/root,upperdir=/var/app/web/upper,workdir=/var/app/web/work';
  t.is(options(false), layers);
  t.is(options(true), `${layers},xino=on`);
});
