import type { Run } from '../context.ts';
export const completion: Run<'completion'> = async () => 0;
