/** Rows and columns of a terminal, in Docker's order. */
export type ConsoleSize = readonly [rows: number, columns: number];
