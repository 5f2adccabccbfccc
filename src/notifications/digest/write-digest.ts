import { shorten } from '../fit-notice.js'
import type { ShownNotice } from '../store/notification.js'

/** What a digest tells of a notice. */
export type DigestItem = Pick<ShownNotice, 'title' | 'message' | 'priority' | 'createdAt'>

/** Most notices of which a digest tells more than that they are there. */
export const MOST_TOLD = 100

/** Of each message; with all of {@link MOST_TOLD} it stays a mail that can be sent. */
export const MOST_OF_ONE = 1_000

/**
 * One mail of many notices, the oldest first; times are those of clocks in `timeZone`.
 * @param items the oldest {@link MOST_TOLD} of them @param count how many they are
 */
export function writeDigest(
  { items, count }: { items: readonly DigestItem[]; count: number },
  timeZone: string,
): { subject: string; text: string } {
  const paragraphs = items.map(
    (item) => `${timeOf(item, timeZone)} · ${lineOf(item)}\n${shorten(item.message, MOST_OF_ONE)}`,
  )
  const rest = count - items.length
  if (rest > 0) paragraphs.push(`… and ${rest} more. Your inbox has all of them.`)
  return { subject: subjectOf(items[0], count), text: paragraphs.join('\n\n') }
}

function subjectOf(first: DigestItem | undefined, count: number): string {
  const title = first ? oneLine(first.title) : 'Nothing new'
  return count <= 1 ? title : `${count} notifications: ${title}, …`
}

function lineOf({ title, priority }: DigestItem): string {
  return `${oneLine(title)} (${priority})`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}

function timeOf({ createdAt }: DigestItem, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
    createdAt,
  )
}
