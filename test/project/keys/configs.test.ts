import { testServiceKey } from '../key-tests.ts';

testServiceKey('configs', {
  forms: [
    ['[app]', [{ source: 'app' }]],
    [
      '[{source: app, target: /etc/app.conf, uid: "5", gid: 5, mode: 0444}]',
      [{ source: 'app', target: '/etc/app.conf', uid: '5', gid: '5', mode: '0444' }],
    ],
    ['[{source: app, target: /x}, {source: app, target: /x}]', [{ source: 'app', target: '/x' }]],
  ],
  faults: [
    ['[ap]', 'unknown-config 4:15 ap'],
    ['[{target: x}]', 'missing-key 4:15 {target: x}'],
    ['[{source: app, mode: 10000}]', 'invalid-value 4:35 10000'],
  ],
  beside: 'configs: {app: {file: ./app.conf}}\n',
});
