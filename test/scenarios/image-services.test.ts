import { readFileSync } from 'node:fs';
import { type DebianImageName, debianImages } from '../images/debian/images.ts';
import { patience } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs, type scenario, whenNightly } from './harness/scenario.ts';

type Body = Parameters<typeof scenario>[1];

/** A scenario with images of Debian's packages, which a machine without them makes at first. */
const withImages =
  (names: readonly DebianImageName[], body: Body): Body =>
  async (t, project) => {
    t.timeout(400_000 * patience);
    debianImages(project.path('layout'), names);
    await project.ok('load', project.path('layout'));
    await body(t, project);
  };

/** What a command in a service prints, as soon as it succeeds. */
const answer = (project: Project, service: string, ...command: readonly string[]): Promise<string> =>
  eventually('the server answers', () => project.exec(service, ...command), 60);

/** The real user and group of the first process of a service, as the host sees them. */
const userOf = async (project: Project, service: string): Promise<string> => {
  const status = readFileSync(`/proc/${(await project.container(service)).Pid}/status`, 'utf8');
  const first = (key: string) => new RegExp(`^${key}:\\t(\\d+)`, 'm').exec(status)?.[1];
  return `${first('Uid')}:${first('Gid')}`;
};

const nightly = whenNightly(needs('mmdebstrap'));

nightly(
  'PostgreSQL and Redis of images start as their users, answer over the network and keep their data',
  withImages(['postgres:15', 'redis:7'], async (t, project) => {
    project.write('password', 'very secret\n');
    project.write('init/1.sql', 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1);\n');
    const compose = (more = '') =>
      project.compose(`services:
  db:
    image: postgres:15
    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/password, POSTGRES_DB: shop }
    secrets: [password]
    volumes: [data:/var/lib/postgresql/data, ./init:/docker-entrypoint-initdb.d:ro]
    ${more}
  cache: { image: redis:7, command: [--appendonly, 'yes'], read_only: true }
  client:
    image: postgres:15
    user: postgres
    working_dir: /var/lib/postgresql
    environment: { PGPASSWORD: very secret, PGHOST: db, PGDATABASE: shop, PGUSER: postgres }
    entrypoint: [sleep, infinity]
    stop_signal: SIGKILL
  redis-client: { image: redis:7, command: [sleep, infinity], stop_signal: SIGKILL }
secrets: { password: { file: ./password } }
volumes: { data: }
`);
    compose();
    await project.up();
    const sql = (text: string) => answer(project, 'client', 'psql', '-qtAc', text);
    const redis = (...words: string[]) =>
      answer(project, 'redis-client', 'redis-cli', '-e', '-h', 'cache', ...words);
    t.is(await sql('SELECT n FROM kept'), '1', 'of the file in docker-entrypoint-initdb.d');
    t.is(await redis('SET', 'kept', 'yes'), 'OK');
    t.is(await userOf(project, 'db'), '100:102');
    t.is(await userOf(project, 'cache'), '100:101');
    t.is(
      await project.exec('client', 'sh', '-c', 'id -un; id -Gn; pwd; echo $HOME'),
      'postgres\npostgres ssl-cert\n/var/lib/postgresql\n/var/lib/postgresql',
    );
    t.is(await project.exec('db', 'id', '-un'), 'root', 'the image says nothing of a user');
    t.is(await project.exec('cache', 'pwd'), '/data');
    t.is(await project.exec('cache', 'sh', '-c', 'touch /etc/x || stat -c "%U %a" /data'), 'redis 755');
    await sql('INSERT INTO kept VALUES (2)');

    await project.change('stop', 'db');
    // Red without: stopSignal in with-image.ts.
    const { stdout } = await project.tscompose('logs', 'db');
    t.regex(stdout, /\[1\] LOG: {2}received fast shutdown request/, 'SIGINT, not SIGTERM');
    compose('read_only: true\n    tmpfs: [/tmp, /run/postgresql]');
    await project.ok('up', '-d', '--force-recreate');
    t.is(await sql('SELECT sum(n) FROM kept'), '3', 'of a new container with a root that is read-only');
    t.is(await redis('GET', 'kept'), 'yes', 'the anonymous volume goes on with the new container');
    await project.change('down');
    compose('user: postgres');
    await project.up();
    t.is(await sql('SELECT sum(n) FROM kept'), '3', 'after down and up');
    t.regex(await project.logs('db'), /Skipping initialization/);
    await project.ok('down', '-v');
    // Red without: the copyAttributes in fillAtOnce: the volume has the owner of the directory in the image.
    await project.up('db', 'client');
    t.is(await sql('SELECT n FROM kept'), '1', 'made by the user postgres alone');
  }),
);

nightly(
  'nginx of an image takes its configuration, says what it serves, and runs as another user; Python asks it',
  withImages(['nginx:1', 'python:3'], async (t, project) => {
    project.write('default.conf', 'server { listen 80; root /srv; error_page 404 =200 /hello; }\n');
    project.write('templates/named.conf.template', 'server { listen 8000; return 200 "${SERVER_NAME}"; }\n');
    project.write('site/hello', 'hello from the site\n');
    project.write(
      'app/app.py',
      'import os, sys\nprint(sys.argv[1:], os.getuid(), os.getcwd(), os.environ["LANG"])\n',
    );
    project.compose(`services:
  web:
    image: nginx:1
    volumes: [./default.conf:/etc/nginx/conf.d/default.conf:ro, ./site:/srv:ro]
  named:
    image: nginx:1
    environment: { SERVER_NAME: templates }
    volumes: [./templates:/etc/nginx/templates:ro]
  unprivileged:
    image: nginx:1
    user: www-data
    read_only: true
    command: [nginx, -e, stderr, -g, 'daemon off; pid /tmp/pid;', -c, /nginx.conf]
    tmpfs: [/tmp, /var/lib/nginx:uid=33]
    volumes: [./nginx.conf:/nginx.conf:ro]
  files:
    image: python:3
    command: python -m http.server --directory /srv 8000
    user: '1000:1000'
    volumes: [./site:/srv]
    init: true
  app:
    image: python:3
    command: [python, app.py]
    working_dir: /app
    user: nobody
    volumes: [./app:/app]
`);
    project.write(
      'nginx.conf',
      'events {} http { access_log off; server { listen 8080; return 200 unprivileged; } }',
    );
    await project.up();
    const get = (url: string) =>
      answer(
        project,
        'files',
        'python',
        '-c',
        `import urllib.request as u; print(u.urlopen('http://${url}').read().decode())`,
      );
    t.is(await get('web/hello'), 'hello from the site');
    t.is(await get('named:8000'), 'templates');
    t.is(await get('unprivileged:8080'), 'unprivileged');
    t.is(await get('files:8000/hello'), 'hello from the site');
    t.is(await userOf(project, 'unprivileged'), '33:33');
    t.is(await userOf(project, 'web'), '0:0');
    await eventually('the log of nginx, which it opens by name', async () =>
      (await project.logs('web')).includes('"GET /hello HTTP/1.1" 200'),
    );
    await eventually('the output', async () => (await project.logs('app')) === '[] 65534 /app C.UTF-8\n');
    t.is(await project.ok('run', '--rm', 'app', 'python', 'app.py', 'more'), "['more'] 65534 /app C.UTF-8\n");
    await project.change('stop');
    for (const service of ['web', 'unprivileged'])
      t.is((await project.container(service)).ExitCode, 0, `${service} ends at SIGQUIT`);
  }),
);

nightly(
  'MariaDB of an image makes its database as root and as its user',
  withImages(['mariadb:10', 'python:3'], async (t, project) => {
    project.compose(`services:
  db:
    image: mariadb:10
    command: [--character-set-server=utf8mb4]
    environment: { MARIADB_ROOT_PASSWORD: root, MARIADB_DATABASE: shop, MARIADB_USER: shop, MARIADB_PASSWORD: secret }
    volumes: [data:/var/lib/mysql]
  app: { image: python:3, command: [sleep, infinity], stop_signal: SIGKILL }
volumes: { data: }
`);
    const sql = (text: string) =>
      answer(
        project,
        'app',
        'python',
        '-c',
        `import pymysql
connection = pymysql.connect(host='db', user='shop', password='secret', database='shop', autocommit=True)
cursor = connection.cursor()
cursor.execute('${text}')
print(cursor.fetchall())`,
      );
    await project.up();
    await sql('CREATE TABLE kept (n int)');
    await sql('INSERT INTO kept VALUES (1)');
    t.is(await userOf(project, 'db'), '100:101');
    await project.change('down');
    await project.up();
    t.is(await sql('SELECT n FROM kept'), '((1,),)');
  }),
);
