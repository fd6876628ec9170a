// Answers on port 80, and greets the neighbour whose name is the first argument.
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const [, , neighbour] = process.argv;
const memory = process.constrainedMemory() / 2 ** 20;

createServer((request, reply) => {
  reply.end(`hello ${request.headers.from}, I am ${hostname()} and have ${memory} MiB`);
}).listen(80);

const greet = async () => {
  const reply = await fetch(`http://${neighbour}/`, { headers: { from: hostname() } });
  console.log(`${neighbour} says: ${await reply.text()}`);
};
setInterval(() => greet().catch(() => console.log(`${neighbour} does not answer yet`)), 1000);

// The kernel ignores signals of PID 1 that it has no handler for.
process.on('SIGTERM', () => process.exit());
