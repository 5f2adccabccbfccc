/** A number of bytes, as people read it. */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return `${Number((bytes / 1000 ** power).toFixed(power > 2 ? 1 : 0))} ${units[power]}`
}

/** A length of time, as people read it. */
export function spanInWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

/** "1 job", "3 jobs", "at least 10000 jobs". */
export function jobsInWords(count: number, isCapped = false): string {
  return countInWords(count, 'job', isCapped)
}

/** "1 mail", "3 mails", "at least 10000 mails". */
export function countInWords(count: number, thing: string, isCapped: boolean): string {
  return `${isCapped ? 'at least ' : ''}${count} ${thing}${count === 1 ? '' : 's'}`
}
