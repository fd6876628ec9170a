/** How many times longer things may take than on a machine of one's own; an emulated one says so. */
export const patience = Number(process.env.TEST_PATIENCE ?? 1);

/** Whether there is time for the large variants, as in `npm run test:all`; otherwise smaller ones assert the same. */
export const isNightly = process.env.TEST_NIGHTLY === '1';

/** How many samples a slow property tries: a quarter of them by day, other ones in every run. */
export const samples = (nightly: number): number => (isNightly ? nightly : Math.ceil(nightly / 4));
