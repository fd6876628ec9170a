import { connect } from 'node:net';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import type { Http } from './http.ts';

/** The problem of the supervisor after so many milliseconds without an answer; undefined while it may be busy. */
export type Diagnose = (milliseconds: number) => Diagnostic | undefined;

/**
 * The same calls with a limit on silence: while a call is not answered, the supervisor is pinged from time to time. A
 * call may take any time as long as the supervisor answers pings.
 */
export const withoutSilence = (http: Http, socketPath: string, diagnose: Diagnose): Http => {
  const watched = <Result>(call: Promise<Result>): Promise<Result> =>
    Promise.race([call, silenceDuring(call, socketPath, diagnose)]);
  return {
    json: (...call) => watched(http.json(...call)) as never,
    stream: (...call) => watched(http.stream(...call)),
    upgrade: (...call) => watched(http.upgrade(...call)),
  };
};

/** Rejects when the supervisor does not answer any more; never resolves. */
const silenceDuring = (call: Promise<unknown>, socketPath: string, diagnose: Diagnose): Promise<never> =>
  new Promise((_resolve, reject) => {
    let lastSign = Date.now();
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      timer = setTimeout(() => void look(), PAUSE);
      timer.unref();
    };
    const look = async (): Promise<void> => {
      if (await answers(socketPath)) lastSign = Date.now();
      const problem = diagnose(Date.now() - lastSign);
      if (problem) reject(new Problem(problem));
      else if (!isOver) wait();
    };
    let isOver = false;
    const over = (): void => {
      isOver = true;
      clearTimeout(timer);
    };
    call.then(over, over);
    wait();
  });

/** Whether `GET /_ping` is answered within a pause; also true without a listener, as the call itself then fails. */
const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath);
    const finish = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(PAUSE, () => finish(false));
    socket.once('error', () => finish(true));
    socket.once('data', () => finish(true));
    socket.once('close', () => finish(true));
    socket.write('GET /_ping HTTP/1.0\r\n\r\n');
  });

/** Milliseconds. */
const PAUSE = 2000;
