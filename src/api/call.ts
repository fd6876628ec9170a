import type { core } from 'zod/mini';
import type { AnyParameter, Parameter } from './query.ts';
import type * as zod from './zod.ts';

/**
 * A call of the control API as data, from which the client's request and the supervisor's route derive. The API is
 * HTTP over the project's unix socket. Calls of the Docker Engine API have its path, JSON and stream framing; the
 * calls under `/project` are tscompose's own and answer with Events, one JSON object per line.
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
  /** Makes the schema of the body with the functions of zod; absent for a call without a body. */
  readonly body?: (z: Zod) => Body;
  readonly reply: Answer;
};

export type Parameters = Readonly<Record<string, AnyParameter>>;

export type Schema = core.$ZodType;

export type Zod = typeof zod;

/** Defines a call; query and body may be left out. */
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

/** The form of the answer. `Value` is the type of its JSON. */
export type Reply<Value> = {
  /**
   * One JSON text, Events as lines of JSON, output in Docker's frames, or the connection itself in both directions.
   */
  readonly framing: 'json' | 'events' | 'frames' | 'connection';
  /** The HTTP status of success. */
  readonly status: number;
  /** Exists only for the compiler. */
  readonly value?: Value;
};

export const json = <Value>(status = 200): Reply<Value> => ({ framing: 'json', status });

/** No body. */
export const nothing = (status = 204): Reply<void> => ({ framing: 'json', status });

export const events: Reply<undefined> = { framing: 'events', status: 200 };

export const frames: Reply<undefined> = { framing: 'frames', status: 200 };

export const connection: Reply<undefined> = { framing: 'connection', status: 101 };

/** The caller's parameters, query and body, typed by the call. */
export type Asked<C extends Call> = (unknown extends PathOf<C>
  ? { readonly params?: undefined }
  : { readonly params: PathOf<C> }) &
  ([BodyOf<C>] extends [never] ? { readonly body?: undefined } : { readonly body: BodyOf<C> }) & {
    readonly query?: QueryOf<C>;
  };

/** The parameters, query and body that the supervisor receives. */
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

/** The type of a part of a body. */
export type PartOf<Part extends (z: Zod) => Schema> = TypeOf<ReturnType<Part>>;

type PathOf<C extends Call> = PathParameters<C['path']>;

type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & PathParameters<Rest>
  : unknown;

type ValueOf<P> = P extends Parameter<infer Value> ? Value : never;

type TypeOf<S extends Schema> = DeepReadonly<core.output<S>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
