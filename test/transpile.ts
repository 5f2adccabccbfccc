import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import ts from 'typescript'

/**
 * Compiles what runs of a folder of sources, file by file and without a look at types: as `isolatedModules` has it the
 * result is what the build makes, in a fifth of the time.
 */
export async function transpile(from: string, to: string): Promise<void> {
  const files = await readdir(from, { recursive: true })
  const shipped = files.filter((name) => /\.[jt]s$/.test(name) && !/(^|\/)testing\/|\.test\.ts$/.test(name))
  const folders = new Set(shipped.map((name) => path.dirname(path.join(to, name))))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  for (const name of shipped) {
    const [source, target] = [path.join(from, name), path.join(to, name)]
    if (name.endsWith('.js')) await cp(source, target)
    else await writeFile(target.replace(/\.ts$/, '.js'), withoutTypes(await readFile(source, 'utf8')))
  }
}

function withoutTypes(source: string): string {
  const { ES2023, ESNext } = { ES2023: ts.ScriptTarget.ES2023, ESNext: ts.ModuleKind.ESNext }
  return ts.transpileModule(source, {
    compilerOptions: { target: ES2023, module: ESNext, verbatimModuleSyntax: true },
  }).outputText
}
