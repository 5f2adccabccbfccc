import { ResultNotJsonError, ResultTooLargeError } from '../errors.js'
import { toJsonText } from '../json-text.js'
import { wishOf } from './outcome.js'

const MAX_RESULT_BYTES = 1024 * 1024

/**
 * A handler's result as it is kept, `null` when there is none.
 * @throws {ResultNotJsonError} JOBS_RESULT_NOT_JSON
 * @throws {ResultTooLargeError} JOBS_RESULT_TOO_LARGE
 */
export function resultText(result: unknown): string | null {
  if (result === undefined) return null
  const text = textOf(result)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_RESULT_BYTES) throw new ResultTooLargeError(bytes, MAX_RESULT_BYTES)
  return text
}

function textOf(result: unknown): string {
  if (wishOf(result)) throw new ResultNotJsonError('it is a wish, which a handler returns')
  try {
    return toJsonText(result)
  } catch (cause) {
    throw new ResultNotJsonError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
