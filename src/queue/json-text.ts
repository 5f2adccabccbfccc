/** A NUL or half a surrogate pair: JSON can write both, PostgreSQL's jsonb can hold neither. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

/**
 * `value` as JSON text that the database can hold.
 * @throws {TypeError} which says what stands in the way.
 */
export function toJsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON`)
  if (UNSTORABLE.test(text)) throw new TypeError('it holds a NUL character or half a surrogate pair')
  return text
}
