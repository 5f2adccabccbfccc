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

/** As many are named in a sentence. */
const NAMED = 5

export function inSentences(fields: readonly WrongField[]): string {
  const named = fields.slice(0, NAMED).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  return named.join('; ') + (fields.length > NAMED ? `; and ${fields.length - NAMED} more` : '')
}
