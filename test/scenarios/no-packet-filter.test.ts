import { askTcp } from './harness/ask.ts';
import { tscomposePath } from './harness/cli.ts';
import { compiled } from './harness/compiled.ts';
import { eventually } from './harness/eventually.ts';
import { needs } from './harness/scenario.ts';

const stays = 'rootfs: ./root, stop_grace_period: 0s';

// Red without: the notice in `ensure` of engine/networks/filter/filter.ts.
needs('busybox')(
  'without nf_tables one warning is all: containers, names and published ports are there',
  async (t, project) => {
    project.root();
    project.compose(`services:
  web: { command: [nc, -ll, -p, "80", -e, echo, web], ${stays}, ports: ["127.0.0.1::80"] }
  ask: { command: [sleep, "1000"], ${stays} }
`);
    const words = [process.execPath, '--', tscomposePath, 'up', '-d'];
    const { code, stderr } = await project.launch(compiled('without-netfilter'), words).ended;
    t.is(code, 0, stderr);
    t.is(stderr.match(/warning/g)?.length, 1, stderr);
    t.regex(stderr, /no usable packet filter \(nf_tables\)/);
    const [address, port] = (await project.ok('port', 'web', '80')).trim().split(':');
    await eventually('it answers', async () => (await askTcp(address!, Number(port))) === 'web');
    t.is(await project.exec('ask', 'nc', '-w', '2', 'web', '80'), 'web', 'by its name');
  },
);
