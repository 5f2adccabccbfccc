const LONGEST = 2_000

/** What neither text nor jsonb can hold: NUL, and halves of surrogate pairs such as cutting may leave. */
const UNSTORABLE = /\0|\p{Surrogate}/gu

/** A message as the database can hold it: at most 2,000 characters. */
export function storable(message: string): string {
  return message.slice(0, LONGEST).replaceAll(UNSTORABLE, '\u{fffd}')
}
