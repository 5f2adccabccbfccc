/** Longest name of a dedicated lane, in characters. */
export const LANE_NAME_LENGTH = 200

export function suggestName(originName: string, destinationName: string): string {
  return cut(`Lane ${originName} to ${destinationName}`, LANE_NAME_LENGTH)
}

/** `name` itself for 1, `name (2)` for 2 and so on. The number stays whole when the name has to be cut. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name
  const suffix = ` (${number})`
  return cut(name, LANE_NAME_LENGTH - suffix.length) + suffix
}

/** Between characters, never within one that JavaScript keeps as two halves. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('').trimEnd()
}
