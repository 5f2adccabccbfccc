/** A part of a payload that its schema refuses. */
export interface WrongField {
  /** Keys and positions from the outside in. */
  readonly path: readonly PropertyKey[]
  readonly message: string
}

interface Issue {
  readonly path?: readonly PropertyKey[]
  readonly message?: string
  /** Of keys that nobody knows; then `path` is where they stand. */
  readonly keys?: readonly string[]
}

/** What is wrong where, as far as the schema's error tells it: zod's does, and those of libraries like it. */
export function wrongFieldsOf(error: unknown): readonly WrongField[] {
  const { issues } = (error ?? {}) as { issues?: readonly Issue[] }
  if (!Array.isArray(issues)) return []
  return (issues as readonly Issue[]).flatMap(({ path = [], message = 'is wrong', keys }) =>
    keys ? keys.map((key) => ({ path: [...path, key], message })) : [{ path, message }],
  )
}

/** The same with JSON pointers (RFC 6901); empty for the whole. */
export function wrongPointersOf(
  error: unknown,
): readonly { readonly field: string; readonly message: string }[] {
  return wrongFieldsOf(error).map(({ path, message }) => ({ field: pointerTo(path), message }))
}

/** @param path keys and positions from the outside in */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** As many are named in a sentence. */
const NAMED = 5

export function inSentences(fields: readonly WrongField[]): string {
  const named = fields.slice(0, NAMED).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  return named.join('; ') + (fields.length > NAMED ? `; and ${fields.length - NAMED} more` : '')
}
