/** Stands in for ava where tests are to be counted and not run: it takes the titles down. */
export const titles: string[] = [];

const declare = (title: unknown, ...rest: readonly unknown[]): void => {
  const name = typeof title === 'string' ? title : (rest[0] as string);
  titles.push(name);
};

const test: unknown = new Proxy(declare, {
  get: (_, name) => (['before', 'after', 'beforeEach', 'afterEach'].includes(String(name)) ? hook : test),
});

const hook: unknown = new Proxy(() => {}, { get: () => hook });

export default test;
