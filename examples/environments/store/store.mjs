// Answers how many shelves there are.
import { createServer } from 'node:http';

const [, , shelves] = process.argv;
createServer((_, reply) => reply.end(`${shelves} shelves`)).listen(80);
process.on('SIGTERM', () => process.exit());
