import { readFile, writeFile } from 'node:fs/promises'

import { asMarkdown, type Report } from './report.js'

const BEGIN = '<!-- figures of npm run torture -->'
const END = '<!-- end of figures -->'

/** The page with the figures of this run in the place of those of another. @throws where it has no place for them */
export function withFigures(page: string, report: Report): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin)
    throw new Error(`The page has no lines ${BEGIN} and ${END} to write between.`)
  const { seed, tookSeconds, rounds } = report
  const about = `Seed ${seed}, ${rounds} rounds in ${tookSeconds} s.`
  return `${page.slice(0, begin + BEGIN.length)}\n\n${about}\n\n${asMarkdown(report)}\n\n${page.slice(end)}`
}

export async function writeDocs(file: string, report: Report): Promise<void> {
  await writeFile(file, withFigures(await readFile(file, 'utf8'), report))
}
