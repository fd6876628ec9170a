/** Undefined if the disk is full. */
export const unlessFull = <Result>(work: () => Result): Result | undefined => {
  try {
    return work();
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
};
