import test from 'ava';
import { loadText } from '../support.ts';

const text = `services:
  web.api:
    command: sleep 1
    memory: 64m
    environment:
      - A=1
    volumes:
      - ./a:/a
      - type: bind
        source: ./b
        target: /b
    labels:
      com.example.x: "1"
`;

for (const [path, expected] of [
  ['services.web.api', 'web.api'],
  ['services.web.api.command', 'sleep 1'],
  ['services.web.api.memory', '64m'],
  ['services.web.api.mem_limit', '64m'],
  ['services.web.api.environment.A', 'A=1'],
  ['services.web.api.volumes[0]', './a:/a'],
  ['services.web.api.volumes[1]', 'type: bind'],
  ['services.web.api.volumes[1].source', './b'],
  ['services.web.api.labels.com.example.x', '"1"'],
  ['services.web.api.hostname', 'web.api'],
  ['networks.default', undefined],
] as const) {
  test(`${path} stands at ${expected}`, (t) => {
    const place = loadText(text).places(path);
    t.is(place && text.slice(place.start, place.end), expected);
  });
}
