import type { ScmsLine } from './scms-line.js'

const NUMBER = /^\d+(\.\d+)?$/
const REFERENCE = /^See (?<shipment>(?:ASN|DN)-\d+) \(ID#:(?<id>\d+)\)$/

/**
 * The weight (kilograms) or freight cost (US dollars) of a shipment: that of the first of its `lines` that holds
 * a number, itself or in the line it refers to.
 *
 * @param linesById every line of the file, to follow references such as `See DN-304 (ID#:10589)`.
 * @returns `undefined` when there is only other text, such as `Weight Captured Separately`.
 */
export function findMeasure(
  lines: readonly ScmsLine[],
  field: 'weight' | 'freight',
  linesById: ReadonlyMap<string, ScmsLine>,
): number | undefined {
  for (const line of lines) {
    const value = toNumber(line[field]) ?? toNumber(findReferred(line[field], linesById)?.[field])
    if (value !== undefined) return value
  }
  return undefined
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined
}

function findReferred(text: string, linesById: ReadonlyMap<string, ScmsLine>): ScmsLine | undefined {
  const { shipment, id } = REFERENCE.exec(text)?.groups ?? {}
  const line = id === undefined ? undefined : linesById.get(id)
  return line?.shipment === shipment ? line : undefined
}
