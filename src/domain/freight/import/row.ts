/** One line of an import: its value, or why there is none. Lines count from 1. */
export type ImportRow = { line: number; value: unknown } | { line: number; error: string }

/** Longest line that is read, in bytes. */
export const LONGEST_LINE = 1_048_576

export const TOO_LONG = 'The line is longer than 1 MiB.'
