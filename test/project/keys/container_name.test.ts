import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a name', (t) => {
  t.is(service(t, web('container_name: my-web.1')).containerName, 'my-web.1');
});

test('letters, digits and a few signs', (t) => {
  t.deepEqual(problems(web('container_name: -web')), ['error invalid-value 4:21 -web']);
  t.deepEqual(problems(web('container_name: w/b')), ['error invalid-value 4:21 w/b']);
});

test('no two services share one', (t) => {
  const text = `${web('container_name: one')}  db: {command: a, container_name: one}\n`;
  t.deepEqual(problems(text), ['error duplicate-name 5:36 one']);
});

test('nor the name that another has by default', (t) => {
  const text = `${web('tty: true')}  db: {command: a, container_name: project-web-1}\n`;
  t.deepEqual(problems(text), ['error duplicate-name 5:36 project-web-1']);
});
