import type { Diagnostic } from '../diagnostic.ts';

/** The error where koffi cannot be loaded: its native library is a separate, optional package. */
export const missingLibrary = (error: unknown): Diagnostic | undefined =>
  error instanceof Error && NOT_LOADED.test(error.message)
    ? {
        severity: 'error',
        code: 'no-native-library',
        message: 'the native library of the package koffi is not installed',
        help: 'install tscompose again, without `--omit=optional`',
      }
    : undefined;

/** Of Node.js for the package, and of koffi for its library. */
const NOT_LOADED = /^Cannot find (module 'koffi'|package 'koffi'|the native Koffi module)/;
