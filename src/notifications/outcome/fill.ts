const PLACE = '%s'

/** How many `%s` a template has. */
export function countPlaces(template: string): number {
  return template.split(PLACE).length - 1
}

/** Puts values into the places of a template, in order; what looks like a place in a value is none. */
export function fill(template: string, values: readonly string[]): string {
  return template
    .split(PLACE)
    .map((text, i) => (i === 0 ? text : (values[i - 1] ?? '') + text))
    .join('')
}
