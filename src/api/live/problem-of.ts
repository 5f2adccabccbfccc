import { newId } from '../../database/index.js'
import { toProblem, type Problem } from '../problem.js'

/** What a live client is told of an error: no request has given it an id. */
export function problemOf(error: unknown): Problem {
  return toProblem(error, newId())
}
