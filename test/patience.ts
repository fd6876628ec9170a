/** How many times longer things may take than on a machine of one's own; an emulated one says so. */
export const patience = Number(process.env.TEST_PATIENCE ?? 1);
