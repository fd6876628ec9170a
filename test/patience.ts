/** How many times longer things may take than on a machine of one's own; an emulated one says so. */
export const patience = Number(process.env.TEST_PATIENCE ?? 1);

/** Whether there is time for the large variants, as in `npm run test:all`; otherwise smaller ones assert the same. */
export const isNightly = process.env.TEST_NIGHTLY === '1';
