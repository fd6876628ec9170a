import type { AnswerOf, Call, Received } from '../../api/call.ts';
import type { Context } from '../context/context.ts';
import type { Reply } from './reply.ts';

/** A call of the control API and its handler. */
export type Route = {
  readonly call: Call;
  /** Matches the whole path, with a group for each parameter. */
  readonly pattern: RegExp;
  readonly handle: Handle<Call>;
};

type Handle<C extends Call> = (context: Context, received: Received<C>, reply: Reply) => Promise<void> | void;

/** A call with a streamed response. */
export const route = <C extends Call>(call: C, handle: Handle<C>): Route => ({
  call,
  pattern: new RegExp(`^${call.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  handle: handle as Handle<Call>,
});

/** A call whose response is the result of `handle`. */
export const answers = <C extends Call>(
  call: C,
  handle: (context: Context, received: Received<C>) => AnswerOf<C> | Promise<AnswerOf<C>>,
): Route =>
  route(call, async (context, received, reply) =>
    reply.json(await handle(context, received), call.reply.status),
  );
