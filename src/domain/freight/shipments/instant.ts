import { z } from 'zod'

import { isUsual, NOT_USUAL } from '../../../time/index.js'

/** An instant with its offset, within the years that make sense for freight. */
export const instant = z.iso.datetime({ offset: true }).refine((value) => {
  const at = new Date(value)
  return Number.isNaN(at.getTime()) || isUsual(at) // the format check has refused what is no instant
}, NOT_USUAL)
