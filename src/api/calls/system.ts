import { call, json } from '../call.ts';

export const ping = call({ method: 'GET', path: '/_ping', reply: json<'OK'>() });

export const version = call({
  method: 'GET',
  path: '/version',
  reply: json<{
    readonly Version: string;
    readonly ApiVersion: string;
    readonly Os: string;
    readonly Arch: string;
  }>(),
});
