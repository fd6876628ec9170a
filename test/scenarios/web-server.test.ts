import { eventually } from './harness/eventually.ts';
import { needs } from './harness/scenario.ts';

const SITE = `pid /tmp/nginx.pid; error_log stderr; daemon off; master_process off;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  server { listen 8080; include /run/secrets/key; location / { return 200 "site of $$key\\n"; } }
}
`;

const GET = 'exec 3<>/dev/tcp/127.0.0.1/8080; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3';

// Red without: the owner or the mode of the secret, or the config at its target, in container/root/grants.ts.
needs('nginx')('nginx reads a config and a secret as an ordinary user', async (t, project) => {
  project.compose(`services:
  web:
    command: [nginx, -c, /etc/site.conf, -e, /dev/stderr]
    user: "33:33"
    configs: [{ source: site, target: /etc/site.conf }]
    secrets: [{ source: key, uid: "33", gid: "33", mode: 0400 }]
configs: { site: { content: ${JSON.stringify(SITE)} } }
secrets: { key: { environment: KEY } }
`);
  const { code, stderr } = await project.begin(['up', '-d'], { env: { KEY: 'set $key secret-of-nginx;' } })
    .ended;
  t.is(code, 0, stderr);
  const answer = await eventually('nginx answers', () => project.exec('web', 'bash', '-c', GET));
  t.regex(answer, /200 OK[\s\S]*site of secret-of-nginx/);
  t.is(
    await project.exec('web', 'stat', '-c', '%u:%g %a', '/run/secrets/key', '/etc/site.conf'),
    '33:33 400\n0:0 444',
  );
});

const PROXY = `pid /tmp/nginx.pid; error_log stderr; daemon off; master_process off;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  resolver 127.0.0.11 valid=1s ipv6=off;
  server { listen 80; location / { set $$to app; proxy_pass http://$$to:8000; } }
}
`;

const APP = 'require("http").createServer((_, r) => r.end(process.env.WORD)).listen(8000)';

// Red without: `began` in engine/names/names.ts.
needs('nginx')('nginx, published, finds the app behind it anew after each change', async (t, project) => {
  const file = (word: string, more = '') =>
    project.compose(`services:
  proxy:
    command: [nginx, -c, /etc/proxy.conf, -e, /dev/stderr]
    configs: [{ source: proxy, target: /etc/proxy.conf }]
    ports: ["127.0.0.1::80"]
    stop_grace_period: 0s
  app: { command: [node, -e, '${APP}'], environment: { WORD: ${word} }, stop_grace_period: 0s }
${more}configs: { proxy: { content: ${JSON.stringify(PROXY)} } }
`);
  file('one');
  await project.up();
  const place = (await project.ok('port', 'proxy', '80')).trim();
  const says = (word: string) =>
    eventually(`${place} says ${word}`, async () => (await (await fetch(`http://${place}`)).text()) === word);
  await says('one');
  const address = await project.exec('app', 'hostname', '-i');
  const { ID } = await project.container('proxy');

  file('two');
  await project.up();
  await says('two');

  // Another container has its address meanwhile.
  await project.ok('rm', '-sf', 'app');
  file('three', '  other: { command: [sleep, "1000"], stop_grace_period: 0s }\n');
  await project.up('other');
  await project.up();
  await says('three');
  t.not(await project.exec('app', 'hostname', '-i'), address);
  t.is((await project.container('proxy')).ID, ID, 'the proxy is the same all the time');
});
