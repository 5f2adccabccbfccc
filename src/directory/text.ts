import { z } from 'zod'

/** What PostgreSQL cannot store: the zero character, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u

/** Whether the database can store it. */
export function isStorable(value: string): boolean {
  return !UNSTORABLE.test(value)
}

export const NOT_STORABLE = 'contains a character that cannot be stored'

/** A text of 1 to `max` characters without surrounding blanks, which the database can store. */
export function text(max: number) {
  return z.string().trim().min(1).max(max).refine(isStorable, NOT_STORABLE)
}

/** Longest name of anything in the directory, in characters. */
export const NAME_LENGTH = 200

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Where an id or a name may stand, a UUID is an id and anything else a name. */
export function isId(value: string): boolean {
  return UUID.test(value)
}
