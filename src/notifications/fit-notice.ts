import type { Notice } from './notice.js'

const TITLE_LENGTH = 255
const MESSAGE_LENGTH = 10_000

/** What neither text nor jsonb can hold: NUL, and halves of surrogate pairs such as cutting may leave. */
const UNSTORABLE = /\0|\p{Surrogate}/gu

/**
 * A notice as it can be stored, for whoever ends a job must not fail because its name makes a long title: text that is too
 * long ends in `…`, and what the database cannot hold becomes a `�`.
 */
export function fitNotice(notice: Notice): Notice {
  const whole = storable(notice)
  return {
    ...whole,
    title: shorten(whole.title, TITLE_LENGTH),
    message: shorten(whole.message, MESSAGE_LENGTH),
  }
}

function storable(notice: Notice): Notice {
  const text = JSON.stringify(notice, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(UNSTORABLE, '\u{fffd}') : value,
  )
  const { expiresAt, ...rest } = JSON.parse(text) as Notice & { expiresAt?: string }
  return { ...rest, ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) }
}

/** Cut where a character ends, not within one that takes two units; `…` is the last one then. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replaceAll(UNSTORABLE, '')}…`
}
