import test from 'ava';
import { loadText, web } from '../../support.ts';

const exposed = (keys: string) => {
  const { diagnostics, project } = loadText(web(`rootfs: /srv/root\n${keys}`), { strict: true });
  return {
    isRefused: project === undefined,
    places: diagnostics.flatMap(({ code, severity, at }) =>
      code === 'machine-exposed' ? [`${severity} ${at?.line}:${at?.column}`] : [],
    ),
  };
};

const warned = [
  ['cap_add: [SYS_ADMIN]', 'warning 5:15'],
  ['cap_add: [NET_ADMIN, cap_sys_admin]', 'warning 5:26'],
  ['cap_add: [all]', 'warning 5:15'],
  ['cap_add: [SYS_MODULE]', 'warning 5:15'],
  ['cap_add: [SYS_RAWIO]', 'warning 5:15'],
  ['cap_add: [DAC_READ_SEARCH]', 'warning 5:15'],
  ['pid: host\ncap_add: [SYS_PTRACE]', 'warning 6:15'],
  ['user: "root:5"\ncap_add: [SYS_ADMIN]', 'warning 6:15'],
  ['volumes: ["/run/docker.sock:/s:ro"]', 'warning 5:15'],
  ['volumes: ["/srv:/a", "/:/host"]', 'warning 5:26'],
  ['volumes: [{type: bind, source: /etc/, target: /x}]', 'warning 5:15'],
] as const;

for (const [keys, place] of warned)
  test(`${keys.replace('\n', ', ')} is warned of, and not refused under --strict`, (t) => {
    t.deepEqual(exposed(keys), { isRefused: false, places: [place] });
  });

const quiet = [
  'cap_add: [NET_ADMIN, SYS_TIME, SYS_NICE]',
  'cap_add: [SYS_PTRACE]',
  'pid: host',
  'user: "1000"\ncap_add: [SYS_ADMIN]',
  'privileged: true\ncap_add: [SYS_ADMIN]',
  'volumes: ["/:/host:ro", "/etc/hosts:/x", "/var/lib/app:/data"]',
];

for (const keys of quiet)
  test(`${keys.replace('\n', ', ')} is not warned of`, (t) => {
    t.deepEqual(exposed(keys), { isRefused: false, places: [] });
  });

test('only a start is warned, not config', (t) => {
  const { diagnostics } = loadText(web('cap_add: [SYS_ADMIN]'), { toRun: false });
  t.deepEqual(diagnostics, []);
});
