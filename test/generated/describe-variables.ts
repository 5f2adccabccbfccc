import { DECLARATIONS, GROUPS, type Variable } from '../../src/config-variables.js'

/** A table of the variables of each group. */
export function describeVariables(): string {
  const all = Object.entries<Variable>(DECLARATIONS)
  return GROUPS.map((group) => {
    const rows = all.filter(([, variable]) => variable.group === group).map(describe)
    return [`## ${group}`, '', '| variable | default | |', '| --- | --- | --- |', ...rows, ''].join('\n')
  }).join('\n')
}

function describe([name, { default: otherwise, sentence }]: [string, Variable]): string {
  return `| \`${name}\` | ${otherwise === undefined ? '' : `\`${otherwise}\``} | ${sentence} |`
}
