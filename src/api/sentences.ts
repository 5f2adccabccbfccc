import { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/** Makes the schemas of this process say what is wrong in sentences that follow a field's name: "weightKg must be a number". */
export function speakPlainly(): void {
  z.config({ customError: sentenceFor })
}

/** `undefined` leaves it to the schema's own words. */
export function sentenceFor(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : mustBe(issue.expected, issue.input)
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least')
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most')
    case 'invalid_format':
      return FORMATS[issue.format]
    case 'invalid_value':
      return `must be ${Array.isArray(issue.input) ? 'only ' : ''}one of ${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return notKnown(issue.inst)
    default:
      return undefined
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** What stands twice in a query is a list here. */
function mustBe(expected: string, input: unknown): string {
  return `must be ${TYPES[expected] ?? expected}${Array.isArray(input) ? ', not a list' : ''}`
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be an instant of the calendar with its offset, such as 2026-06-01T08:00:00Z',
  uuid: 'must be a UUID',
}

/** Tells the fields of the schema that refused: whoever misspells one looks for them. */
function notKnown(schema: unknown): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  return known.length === 0 ? 'is not a known field' : `is not a known field: known are ${known.join(', ')}`
}

function bound(origin: string, limit: number, relation: string): string {
  if (origin === 'string' && limit === 1 && relation === 'at least') return 'must not be empty'
  if (origin === 'string') return `must have ${relation} ${limit} ${limit === 1 ? 'character' : 'characters'}`
  if (origin === 'array') return `must have ${relation} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
  return `must be ${relation} ${limit}`
}
