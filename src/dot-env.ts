import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** What a `.env` file sets, and what is wrong with it. */
export interface DotEnv {
  readonly set: Readonly<Record<string, string>>
  /** A line for each, none of which tells what the file says: it may hold secrets. */
  readonly problems: readonly string[]
}

/** Reads `file`; one that is not there sets nothing. */
export function readDotEnv(file: string): DotEnv {
  try {
    return parseDotEnv(readFileSync(file, 'utf8'), file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { set: {}, problems: code === 'ENOENT' ? [] : [`${file} cannot be read (${code})`] }
  }
}

/** Node's own parser skips what it does not understand without a word, or takes it for part of the next name. */
export function parseDotEnv(text: string, file: string): DotEnv {
  const malformed = malformedLines(text)
  const rest = text.split('\n').filter((_, index) => !malformed.includes(index + 1))
  return {
    set: parseEnv(rest.join('\n')) as Record<string, string>,
    problems: malformed.map((line) => `${file} is wrong in line ${line}: write NAME=value`),
  }
}

/** Nothing, a comment, or a name and a value, which may go over several lines in quotes. */
const ENTRY =
  /[ \t]*(?:#.*|(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*(?:(["'`])[^]*?\1[ \t]*(?:#.*)?|(?!["'`]).*))?(?:\r?\n|$)/y

function malformedLines(text: string): number[] {
  const lines: number[] = []
  for (let at = 0; at < text.length;) {
    ENTRY.lastIndex = at
    if (!ENTRY.test(text)) lines.push(text.slice(0, at).split('\n').length)
    // After what is malformed it goes on in the next line.
    at = ENTRY.lastIndex > at ? ENTRY.lastIndex : text.indexOf('\n', at) + 1 || text.length
  }
  return lines
}
