import { openRelay } from '../../../../src/engine/ports/relay/relay.ts';
import { Readiness } from '../../../../src/kernel/ffi/readiness.ts';

/** A process that opens entries as a supervisor, and is killed. */
const { paths, pid, entries } = JSON.parse(process.argv[2] as string);
const relay = openRelay(paths, new Readiness(), (text) => process.stderr.write(`${text}\n`));
relay.open(entries, pid).then((refused) => process.stdout.write(`${JSON.stringify(refused)}\n`));
setInterval(() => {}, 1000);
