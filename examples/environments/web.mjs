// Greets, and says what the store says.
import { createServer } from 'node:http';

createServer(async (_, reply) => {
  const answer = await fetch('http://store').catch(() => undefined);
  reply.end(`${process.env.GREETING}: ${answer ? await answer.text() : 'no store yet'}`);
}).listen(80);
process.on('SIGTERM', () => process.exit());
