let count = 0;
let whenOver: () => void = () => {};

/** Whether something is being changed; whoever has asked for it may be gone by now. */
export const isBusy = (): boolean => count > 0;

/** Keeps the supervisor here until the work is done. */
export const busyWhile = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  count++;
  try {
    return await work();
  } finally {
    count--;
    if (count === 0) setImmediate(whenOver);
  }
};

/** Calls back each time that nothing is being changed any more. */
export const onQuiet = (listener: () => void): void => {
  whenOver = listener;
};
