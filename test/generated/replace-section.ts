import { format, resolveConfig } from 'prettier'

/** The page with what stands between its two marks of that name made anew, laid out as all pages are. */
export async function replaceSection(page: string, name: string, made: string): Promise<string> {
  const marks = new RegExp(`(<!-- generated: ${name} -->\\n)[^]*?(<!-- end of ${name} -->\\n)`)
  if (!marks.test(page)) throw new Error(`The page has no marks for its section ${name}.`)
  const replaced = page.replace(marks, (_, begin: string, end: string) => `${begin}\n${made}\n${end}`)
  return format(replaced, { ...(await resolveConfig('docs/any.md')), parser: 'markdown' })
}
