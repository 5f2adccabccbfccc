import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import ts from 'typescript'

import { isTest, partOf } from './borders.js'

/** What one file takes from another, or from a package. */
export interface Edge {
  /** A path from the project's root, or what names the package. */
  readonly to: string
  /** Of types alone: nothing of it is left when it runs. */
  readonly isType: boolean
}

/** What each file takes from where; by paths from the project's root. */
export type Graph = ReadonlyMap<string, readonly Edge[]>

/** The imports of everything that is shipped, and of what users test with. */
export async function readImports(): Promise<Graph> {
  const files = await filesToRead()
  return new Map(
    await Promise.all(
      files.map(async (file) => [file, edgesOf(file, await readFile(file, 'utf8'))] as const),
    ),
  )
}

async function filesToRead(): Promise<string[]> {
  const files = await readdir('src', { recursive: true })
  const isRead = (file: string) => /\.[jt]s$/.test(file) && (partOf(file) === 'testing' || !isTest(file))
  return files.filter((file) => isRead(file) && !/\.test\.ts$/.test(file)).map((file) => `src/${file}`)
}

/** Every import, re-export and `import()` of a file, wherever it stands. */
export function edgesOf(file: string, text: string): readonly Edge[] {
  const edges: Edge[] = []
  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found) edges.push({ to: targetOf(file, found.name.text), isType: found.isType })
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return edges
}

interface Import {
  readonly name: ts.StringLiteralLike
  readonly isType: boolean
}

/** With `verbatimModuleSyntax` an import is left out when it runs if it says `type`, and only then. */
function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node))
    return named(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node))
    return named(ts.isLiteralTypeNode(node.argument) && node.argument.literal, true)
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return named(node.arguments[0], false)
  return undefined
}

function named(name: ts.Node | false | undefined, isType: boolean): Import | undefined {
  return name && ts.isStringLiteralLike(name) ? { name, isType } : undefined
}

function targetOf(file: string, name: string): string {
  if (!name.startsWith('.')) return name
  const target = path.join(path.dirname(file), name)
  const source = target.replace(/\.js$/, '.ts')
  return existsSync(source) ? source : target
}

/** The package that an import names, if it names one: `node:fs` is none. */
export function packageOf(target: string): string | undefined {
  if (/^(node:|src\/|test\/|package\.json$)/.test(target)) return undefined
  return /^(@[^/]+\/)?[^/]+/.exec(target)?.[0]
}
