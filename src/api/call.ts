import type { core } from 'zod/mini';
import type { AnyParameter, Parameter } from './query.ts';
import type * as zod from './zod.ts';

/**
 * A call of the control API as data: the client makes it from this, and the supervisor's route answers it. The API is
 * HTTP over the project's unix socket. Where the Docker Engine API has a call its path, JSON and stream framing are
 * used; the calls under `/project` are tscompose's own and answer with Events, one JSON a line.
 */
export type Call<
  Path extends string = string,
  Query extends Parameters = Parameters,
  Body extends Schema = Schema,
  Answer extends Reply<unknown> = Reply<unknown>,
> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/containers/{id}/logs`. */
  readonly path: Path;
  readonly query: Query;
  /** Makes the schema of the body out of the words of zod; absent where there is no body. */
  readonly body?: (z: Zod) => Body;
  readonly reply: Answer;
};

export type Parameters = Readonly<Record<string, AnyParameter>>;

export type Schema = core.$ZodType;

export type Zod = typeof zod;

/** A call, whose query and body may be left out. */
export const call = <
  const Path extends string,
  Answer extends Reply<unknown>,
  Query extends Parameters = Record<never, never>,
  Body extends Schema = never,
>({
  query = {} as Query,
  ...rest
}: Omit<Call<Path, Query, Body, Answer>, 'query'> & { readonly query?: Query }): Call<
  Path,
  Query,
  Body,
  Answer
> => ({ ...rest, query });

/** How the answer comes. `Value` is the type of its JSON. */
export type Reply<Value> = {
  /**
   * One JSON text; Events as lines of JSON; output in Docker's frames; or the connection itself, in both directions.
   */
  readonly framing: 'json' | 'events' | 'frames' | 'connection';
  /** Of an answer that is no mistake. */
  readonly status: number;
  /** For the compiler alone. */
  readonly value?: Value;
};

export const json = <Value>(status = 200): Reply<Value> => ({ framing: 'json', status });

/** No body. */
export const nothing = (status = 204): Reply<void> => ({ framing: 'json', status });

export const events: Reply<undefined> = { framing: 'events', status: 200 };

export const frames: Reply<undefined> = { framing: 'frames', status: 200 };

export const connection: Reply<undefined> = { framing: 'connection', status: 101 };

/** What a caller says, typed by the call. */
export type Asked<C extends Call> = (unknown extends PathOf<C>
  ? { readonly params?: undefined }
  : { readonly params: PathOf<C> }) &
  ([BodyOf<C>] extends [never] ? { readonly body?: undefined } : { readonly body: BodyOf<C> }) & {
    readonly query?: QueryOf<C>;
  };

/** What arrives of it. */
export type Received<C extends Call> = {
  readonly params: PathOf<C>;
  readonly query: QueryOf<C>;
  readonly body: BodyOf<C>;
};

export type QueryOf<C extends Call> = {
  readonly [Key in keyof C['query']]?: ValueOf<C['query'][Key]> | undefined;
};

export type BodyOf<C extends Call> = C extends Call<string, Parameters, infer Body> ? TypeOf<Body> : never;

export type AnswerOf<C extends Call> = C['reply'] extends Reply<infer Value> ? Value : never;

/** The type that a part of a body has. */
export type PartOf<Part extends (z: Zod) => Schema> = TypeOf<ReturnType<Part>>;

type PathOf<C extends Call> = PathParameters<C['path']>;

type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & PathParameters<Rest>
  : unknown;

type ValueOf<P> = P extends Parameter<infer Value> ? Value : never;

type TypeOf<S extends Schema> = DeepReadonly<core.output<S>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
