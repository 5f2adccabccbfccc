import type { z } from 'zod'

export interface WrongField {
  /** A JSON pointer (RFC 6901); empty for the whole line. */
  readonly field: string
  readonly message: string
}

/** Every field that a check found wrong, unknown ones each by itself. */
export function wrongFields(issues: readonly z.core.$ZodIssue[]): readonly WrongField[] {
  return issues.flatMap((issue) => {
    const { path, message } = issue
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
    return paths.map((one) => ({ field: pointerTo(one), message }))
  })
}

/** @param path keys and positions from the outside in */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
