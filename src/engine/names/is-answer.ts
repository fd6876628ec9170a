import { HEADER_BYTES, isResponse, QUESTIONS, type Query } from './query.ts';

/** Whether a message is an answer to a query: it has its number, and repeats its question or has none beside an error. */
export const isAnswer = ({ message, end }: Query, reply: Buffer): boolean => {
  if (reply.length < HEADER_BYTES || !isResponse(reply)) return false;
  if (reply.readUInt16BE() !== message.readUInt16BE()) return false;
  if (reply.readUInt16BE(QUESTIONS) === 0) return (reply[3]! & 15) !== 0;
  return reply.readUInt16BE(QUESTIONS) === 1 && questionOf(reply, end) === questionOf(message, end);
};

// A server may write the name in other letters.
const questionOf = (message: Buffer, end: number): string =>
  message.toString('latin1', HEADER_BYTES, end).toLowerCase();
