import { type Measured, median } from './rounds.ts';
import { MOUNTED } from './volumes.ts';

/** The figures themselves, and then what they are beside each other. With `all`, also those that are missing. */
export function tableLines({ figures, failures }: Measured, all: boolean): readonly string[] {
  return [
    ...[...figures].map(([name, values]) => {
      const unit = /([MK]B|Gbit\/s)$/.test(name) ? '' : ' ms';
      const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
        value.toFixed(1),
      );
      return `${name.padEnd(20)} ${middle!.padStart(9)}${unit.padEnd(4)} (${low} … ${high})`;
    }),
    ...[...failures].map(
      ([name, reason]) => `${name.padEnd(20)} not measured: ${reason.trim().split('\n')[0]}`,
    ),
    '',
    ...ratios(figures)
      .filter(({ value }) => all || Number.isFinite(value))
      .map(({ title, value, goal }) => {
        const text = Number.isFinite(value) ? value.toFixed(2).padStart(7) : 'not measured';
        return `${title.padEnd(62)} ${text}  (${goal})`;
      }),
  ];
}

type Ratio = { readonly title: string; readonly value: number; readonly goal: string };

function ratios(measured: Measured['figures']): readonly Ratio[] {
  const get = (name: string): number => median(measured.get(name) ?? [Number.NaN]);
  const slope = (name: (size: number) => string): number => (get(name(100)) - get(name(10))) / 90;
  /** The median of a figure by that of another. */
  const ratio = (title: string, figure: string, by: string, goal: string): Ratio => ({
    title,
    value: get(figure) / get(by),
    goal,
  });
  const node = get('node');
  const limit = slope((size) => `limit ${size} up`);
  return [
    {
      title: 'one more service, first start to last execve, × limit',
      value: slope((n) => `up ${n} starts`) / limit,
      goal: 'at most 1',
    },
    {
      title: 'one more service, whole `up -d`, × limit',
      value: slope((n) => `up ${n} whole`) / limit,
      goal: 'at most 1.6',
    },
    {
      title: 'filter, device rules and keyring of one start, in C, µs',
      value: get('limit 100 confining') * 1000,
      goal: 'at most 250',
    },
    {
      title: '`up -d` of 100, × (limit 100 + 5 node)',
      value: get('up 100 whole') / (get('limit 100 up') + 5 * node),
      goal: 'at most 1',
    },
    {
      title: '`down` of 100, × (2 limit + 2 node)',
      value: get('down 100') / (2 * get('limit 100 down') + 2 * node),
      goal: 'at most 1',
    },
    ratio('`up -d` of 1 service where nothing runs, × node', 'up 1 whole', 'node', 'at most 2.2'),
    ratio('`up -d` of 100 services that are up, × `config -q`', 'up 100 again', 'config 100', 'at most 1.3'),
    ratio(
      'a shop of seven containers, `up` to first answer, × Docker Compose',
      'tscompose shop, first answer',
      'Docker Compose shop, first answer',
      'less than 1',
    ),
    ratio('`ps` with 1 service, × node', 'ps 1', 'node', 'at most 1.6'),
    ratio('`ps` with 100 services, × node', 'ps 100', 'node', 'at most 2.5'),
    ratio('`--help`, × node', 'help', 'node', 'at most 1.6'),
    ratio('`config -q` with 1 service, × node', 'config 1', 'node', 'at most 1.7'),
    {
      title: 'a file of 500 services: our part, × parsing it',
      value: (get('load 500') - get('parse 500')) / get('parse 500'),
      goal: 'at most 1',
    },
    ratio('`config -q` of 500 services, × node', 'config of 500', 'node', 'at most 14'),
    {
      title: 'one of 5,000 services in a file, × one of 500',
      value: get('load 5000') / get('load 500') / 10,
      goal: 'at most 1.2',
    },
    {
      title: 'the slowest hostile file, ms',
      value: Math.max(
        ...[...measured].filter(([name]) => name.startsWith('hostile ')).map(([name]) => get(name)),
      ),
      goal: 'at most 1000',
    },
    ratio('`exec true`, × node', 'exec 1', 'node', 'at most 2.5'),
    { title: 'supervisor with 1 service, MB', value: get('supervisor 1 MB'), goal: 'at most 70' },
    {
      title: 'supervisor, KB for each more',
      value: ((get('supervisor 100 MB') - get('supervisor 1 MB')) / 99) * 1024,
      goal: 'at most 100',
    },
    { title: 'guardian, KB', value: get('guardian 100 KB'), goal: 'at most 40' },
    {
      title: 'without a supervisor after `kill -9`, with 1 service, ms',
      value: get('gap 1'),
      goal: 'at most 1000',
    },
    {
      title: 'without a supervisor after `kill -9`, with 100 services, ms',
      value: get('gap 100'),
      goal: 'at most 1000',
    },
    ...(
      [
        [1, 1],
        [3, 2],
        [10, 6],
        [50, 30],
      ] as const
    ).map(([size, goal]) => ({
      title: `\`up -d\` of ${size} with Docker Compose, × ours`,
      value: get(`Docker Compose ${size} up`) / get(`up ${size} whole`),
      goal: `at least ${goal}`,
    })),
    {
      title: 'longest `_ping` while a layer of 100,000 files is removed, ms',
      value: get('removal ping'),
      goal: 'below 200',
    },
    {
      title: 'from the end of a one-shot to what its dependant does first, ms',
      value: get('ready to begin'),
      goal: 'at most 10',
    },
    ratio(
      'a health check, processor time of the supervisor × an exec',
      'health check',
      'health exec',
      'at most 1.2',
    ),
    {
      title: 'descriptors that some hundred health checks leave',
      value: get('health left'),
      goal: '0',
    },
    {
      title: 'idle supervisor, 100 services, 20 checked every 10 s, % of a processor',
      value: get('health idle ‰') / 10,
      goal: 'below 1',
    },
    ratio(
      '`up -d` with a first copy of 50,000 files, × (cp -a and sync -f)',
      'copy up',
      'cp and sync',
      'at most 2',
    ),
    {
      title: 'longest `_ping` during that copy, ms',
      value: get('copy ping'),
      goal: 'below 200',
    },
    {
      title: 'a named volume that is there, in a start, µs',
      value: perVolume(get('starts mounted') - get('starts unmounted')),
      goal: 'at most 60',
    },
    {
      title: 'the same where the root has no directory at its target, µs',
      value: perVolume(get('starts elsewhere') - get('starts unmounted')),
      goal: 'the kernel takes most of it',
    },
    ratio('a GB through the relay, processor time × direct', 'relay GB', 'direct GB', 'at most 2'),
    ratio('the same, × a pipe of Node', 'relay GB', 'pipe GB', 'at most 0.7'),
    ratio('the same, × docker-proxy', 'relay GB', 'docker-proxy GB', 'at most 1'),
    ratio(
      'a connection through the relay, processor time × a pipe of Node',
      'relay conn.',
      'pipe conn.',
      'at most 0.5',
    ),
    ratio('the same, × docker-proxy', 'relay conn.', 'docker-proxy conn.', 'at most 1'),
    { title: 'the relay, KB', value: get('relay resident MB') * 1024, goal: 'at most 64' },
    {
      title: 'one more published port of a container, µs',
      value: ((get('publish 101') - get('publish 1')) / 100) * 1000,
      goal: 'at most 50',
    },
    {
      title: 'conntrack entries of a port that another container had: one deletion, µs',
      value: get('moved 1') * 1000,
      goal: '—',
    },
    { title: 'the same of 100 ports of a service, µs', value: get('moved 100') * 1000, goal: '—' },
    ratio(
      '`down` of 100 services with ten ports each, × without ports',
      'down ported',
      'down portless',
      'at most 1.2',
    ),
    ratio(
      'a GB through a published port, processor time × a network made by hand',
      'published GB',
      'published by hand GB',
      'at most 1.05',
    ),
    ratio(
      'a GB from container to container, processor time × a network made by hand',
      'between GB',
      'between by hand GB',
      'at most 1.05',
    ),
    ratio(
      'a connection through a published port, processor time × a network made by hand',
      'published conn.',
      'published by hand conn.',
      '—',
    ),
    {
      title: 'names: queries a second from a container',
      value: 1000 / get('names query'),
      goal: 'at least 2000',
    },
    ratio('names: a query, × dnsmasq', 'names query', 'dnsmasq query', '—'),
    { title: 'names: the median of a query, ms', value: get('names median'), goal: 'below 1' },
    { title: 'names: queries without an answer', value: get('names lost'), goal: '0' },
    { title: 'supervisor while a log of 1 GB is read, MB', value: get('log MB'), goal: 'below 100' },
    ratio('`logs --tail 10` of a log of 1 GB, × node', 'log tail', 'node', 'at most 2'),
    ...(
      [
        ['Docker', 0.75],
        ['containerd', 0.75],
        ['Podman', 0.45],
      ] as const
    ).map(([engine, goal]) => ({
      title: `an image of 900 MB from a registry on loopback, × ${engine}`,
      value: get('pull tscompose') / get(`pull ${engine}`),
      goal: `at most ${goal}`,
    })),
    ratio('it out of the store of Docker, × `docker save`', 'import Docker', 'save Docker', 'at most 0.3'),
    ratio('its layers as an EROFS root, × `tar xzf`', 'unpack erofs', 'tar xzf', 'at most 0.6'),
    ratio('its layers as directories, × `tar xzf`', 'unpack directory', 'tar xzf', 'at most 1'),
    {
      title: 'an image with a layer of 1 GB and 10,000 files, MB of memory',
      value: get('layer of 1 GB MB'),
      goal: 'at most 150',
    },
    {
      title: 'an image with a million entries, MB of memory',
      value: get('layer of 1 M entries MB'),
      goal: 'at most 300',
    },
    ratio(
      '`up -d` with an image of 20 layers, × with a directory',
      'start 20 layers',
      'start directory',
      'at most 1.05',
    ),
    {
      title: '`up -d` with an image of 20 layers, ms over a directory',
      value: get('start 20 layers') - get('start directory'),
      goal: 'at most 2',
    },
    ratio(
      'page cache of ten services of an image, × of one',
      'cache of ten MB',
      'cache of one MB',
      'at most 1.05',
    ),
    {
      title: '`rmi` of the image of 900 MB, ms over node',
      value: get('rmi tscompose') - node,
      goal: 'at most 50',
    },
    ...(measured.has('up 1000 starts')
      ? [
          {
            title: 'one of 1,000 services, first start to last execve, × one of 100',
            value: get('up 1000 starts') / 1000 / (get('up 100 starts') / 100),
            goal: 'at most 3',
          },
          ratio(
            'the last hundred of 1,000 starts, × limit',
            'up 1000 last',
            'limit 1000 last',
            'at most 1.15',
          ),
        ]
      : []),
  ];
}

/** Microseconds of the milliseconds that all volumes take. */
const perVolume = (milliseconds: number): number =>
  (milliseconds / MOUNTED.services / MOUNTED.volumes) * 1000;
