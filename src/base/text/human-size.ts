const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A size in the wording of Docker: decimal units and at most four digits, such as `1.234kB`. */
export function humanSize(bytes: number, digits = 4): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(digits))}${units[unit]}`;
}
