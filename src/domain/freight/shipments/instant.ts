import { z } from 'zod'

const EARLIEST = Date.parse('1900-01-01T00:00:00Z')
const LATEST = Date.parse('3000-01-01T00:00:00Z')

/** An instant with its offset, within the years that make sense for freight. */
export const instant = z.iso.datetime({ offset: true }).refine((value) => {
  const at = Date.parse(value)
  return Number.isNaN(at) || (at >= EARLIEST && at < LATEST) // the format check has refused what is no instant
}, 'must lie between the years 1900 and 2999')
