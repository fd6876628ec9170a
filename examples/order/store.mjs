import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

let kept = 'nothing';
createServer(async (request, reply) => {
  if (request.method === 'PUT') kept = await text(request);
  reply.end(kept);
}).listen(80, () => console.log('ready'));
