import test from 'ava';
import { canonicalService, loadText, problems, web } from './support.ts';

// Forms that well-known public files have, each as small as it can be.

const accepted = (title: string, lines: string, expected: Record<string, unknown>, environment = {}) =>
  test(title, (t) => {
    const options = { environment };
    t.deepEqual(problems(web(lines), options), []);
    t.like(canonicalService(web(lines), options), expected);
  });

accepted('a port whose address is an empty variable is one without an address', 'ports: ["${A:-}:443:443"]', {
  ports: [{ mode: 'ingress', target: 443, published: '443', protocol: 'tcp' }],
});

accepted('a variable may bring an address and a port at once', 'ports: ["${P:-127.0.0.1:13306}:3306"]', {
  ports: [{ mode: 'ingress', host_ip: '127.0.0.1', target: 3306, published: '13306', protocol: 'tcp' }],
});

accepted(
  'the flags of a volume may come from a variable',
  'hostname: h\nvolumes: ["./a:/b${FLAG}"]',
  { hostname: 'h' },
  { FLAG: ':cached' },
);

accepted('tmpfs with a size, a mode and a flag', 'tmpfs: ["/run:size=16M,mode=1750,exec"]', {
  tmpfs: ['/run:size=16M,mode=1750,exec'],
});

accepted('-1 as the text of a default', 'ulimits: {memlock: {soft: "${S:--1}", hard: "${H:--1}"}}', {
  ulimits: { memlock: { soft: -1, hard: -1 } },
});

accepted('an address of which a variable has three parts', 'dns: ["${NET:-172.22.1}.254"]', {
  dns: ['172.22.1.254'],
});

accepted('a label that ends with an equals sign', 'labels: ["traefik.headers.Server="]', {
  labels: { 'traefik.headers.Server': '' },
});

accepted('a command over several lines without a dash', 'command:\n  --a=1\n  --b="x,y"\n  --c /d', {
  command: ['--a=1', '--b=x,y', '--c', '/d'],
});

test('merge keys may be written with their tag, and `deploy` may be empty', (t) => {
  const text = `x-common: &common {networks: [net]}
services:
  web:
    !!merge <<: *common
    image: x
    deploy:
networks: {net: }
`;
  t.deepEqual(problems(text), []);
  t.deepEqual(canonicalService(text).networks, { net: null });
});

test('names of services may have capitals, and those of volumes points', (t) => {
  const text = 'services: {WebApp: {image: x, volumes: ["a.example.com:/x"]}}\nvolumes: {a.example.com: }\n';
  t.deepEqual(problems(text), []);
  t.truthy(loadText(text).canonical!.services.WebApp);
});
