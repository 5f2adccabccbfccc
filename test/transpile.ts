import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { transformWithOxc } from 'vite'

/**
 * Takes the types off all that runs of a folder of sources, file by file, which `isolatedModules` allows: the compiler takes
 * twenty times as long for it.
 */
export async function transpile(from: string, to: string): Promise<void> {
  const files = await readdir(from, { recursive: true })
  const shipped = files.filter((name) => /\.[jt]s$/.test(name) && !/(^|\/)testing\/|\.test\.ts$/.test(name))
  const folders = new Set(shipped.map((name) => path.dirname(path.join(to, name))))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  for (const name of shipped) {
    const [source, target] = [path.join(from, name), path.join(to, name)]
    if (name.endsWith('.js')) await cp(source, target)
    else await writeFile(target.replace(/\.ts$/, '.js'), await withoutTypes(source))
  }
}

async function withoutTypes(file: string): Promise<string> {
  const options = { target: 'es2023', sourcemap: false, typescript: { onlyRemoveTypeImports: true } }
  return (await transformWithOxc(await readFile(file, 'utf8'), file, options)).code
}
