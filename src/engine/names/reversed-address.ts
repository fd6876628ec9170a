/** The bytes of the address in the name of a query for PTR, in hexadecimal: RFC 1035 section 3.5, RFC 3596. */
export const reversedAddress = (name: string): string | undefined => {
  const [, bytes] = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name) ?? [];
  if (bytes !== undefined) {
    const numbers = bytes.split('.').slice(0, 4).reverse().map(Number);
    return numbers.every((byte) => byte < 256) ? Buffer.from(numbers).toString('hex') : undefined;
  }
  const [, digits] = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name) ?? [];
  return digits?.split('.').reverse().join('');
};
