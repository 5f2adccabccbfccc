import ts from 'typescript'

/** `id::text` or `seq::float8 AS "seq"` in a SELECT: what comes out bears the column's name, and is not the column. */
const CAST = /(?:^|,)\s*(?:\w+\.)?(\w+)::\w+(?:\s+AS\s+"?(\w+)"?)?\s*(?=,|$)/g

/**
 * What the statements in a file sort by although it is a cast of a column: the rows come in the order of what is answered
 * ("10" before "9"), and by no index.
 * @param besides the texts of files whose constants are put into them
 */
export function sortedByCast(text: string, besides: readonly string[] = []): readonly string[] {
  const [file = [], ...others] = [text, ...besides].map(nodesOf)
  const constants = new Map([...others.flat(), ...file].flatMap(constantOf))
  return file.filter(ts.isTemplateLiteral).flatMap((template) => {
    const statement = withoutBrackets(textOf(template, constants))
    const cast = new Set(castsOf(statement))
    return sortKeysOf(statement).filter((name) => cast.has(name))
  })
}

function nodesOf(text: string): readonly ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('store.ts', text, ts.ScriptTarget.Latest))
  return nodes
}

type Constants = ReadonlyMap<string, ts.Expression>

const constantOf = (node: ts.Node): readonly [string, ts.Expression][] =>
  ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer
    ? [[node.name.text, node.initializer]]
    : []

/** What an expression puts into a statement, as far as constants tell; of several possible texts each. */
function textOf(node: ts.Expression, constants: Constants): string {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce(
      (text, { expression, literal }) => text + textOf(expression, constants) + literal.text,
      node.head.text,
    )
  if (ts.isElementAccessExpression(node)) return textOf(node.expression, constants)
  if (ts.isObjectLiteralExpression(node))
    return node.properties
      .flatMap((property) =>
        ts.isPropertyAssignment(property) ? [textOf(property.initializer, constants)] : [],
      )
      .join(', ')
  const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined
  return constant ? textOf(constant, constants) : ''
}

/** Of the outermost query alone: a cast within brackets is out of the sight of its ORDER BY. */
function withoutBrackets(statement: string): string {
  const without = statement.replace(/--.*$/gm, '').replace(/\([^()]*\)/g, '')
  return without === statement ? statement : withoutBrackets(without)
}

function castsOf(statement: string): readonly string[] {
  return [...statement.matchAll(/\bSELECT\b([^]*?)\bFROM\b/g)].flatMap(([, columns = '']) =>
    [...columns.matchAll(CAST)].flatMap(([, column = '', as = column]) => (as === column ? [column] : [])),
  )
}

function sortKeysOf(statement: string): readonly string[] {
  return [...statement.matchAll(/ORDER BY ([^\n]+)/g)]
    .flatMap(([, keys = '']) => keys.split(','))
    .map((key) => key.trim().split(/\s/)[0] ?? '')
}
