import { pointerTo } from '../../../queue/index.js'
import type { FieldError, ShipmentRefusedError } from '../errors.js'

export interface RejectedLine {
  kind: 'rejected'
  line: number
  /** A sentence. */
  reason: string
  /** Every field that is wrong, where single fields are. */
  fields?: readonly { readonly field: string; readonly message: string }[]
}

/** A line that was read well and refused all the same. */
export function rejectLine(line: number, error: ShipmentRefusedError | FieldError): RejectedLine {
  if (!('field' in error)) return { kind: 'rejected', line, reason: error.message }
  return {
    kind: 'rejected',
    line,
    reason: error.message,
    fields: [{ field: pointerTo(error.field.split('.')), message: error.message }],
  }
}
