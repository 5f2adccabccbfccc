import { expect, test } from 'vitest'

import { parseDotEnv, readDotEnv } from './dot-env.js'

const problemsOf = (text: string) => parseDotEnv(text, '.env').problems

test('names, values, comments, quotes over several lines and empty lines are read', () => {
  const text = `# where\nPORT=8080\n\nexport HOST = ::1 # here\nKEY="two\nlines" # of it\nQUOTED='it"s'\r\nNONE=\n`
  expect(parseDotEnv(text, '.env')).toEqual({
    set: { PORT: '8080', HOST: '::1', KEY: 'two\nlines', QUOTED: 'it"s', NONE: '' },
    problems: [],
  })
})

test('an apostrophe inside a value opens no quotes', () => {
  expect(parseDotEnv("A=it's\nB=2", '.env')).toEqual({ set: { A: "it's", B: '2' }, problems: [] })
})

test.each([
  ['PORT: 8080', [1]],
  ['PORT=1\njust words\n2ND=x\nHOST=::', [2, 3]],
  ['A=1\nKEY="never closed\nB=2', [2]],
  ['KEY="closed" and more', [1]],
  ['=value', [1]],
])('what is not NAME=value is told by its line: %j', (text, lines) => {
  expect(problemsOf(text)).toEqual(lines.map((line) => `.env is wrong in line ${line}: write NAME=value`))
})

test('what is told of a malformed file does not say what it holds', () => {
  expect(problemsOf('KEY "hush"').join()).not.toContain('hush')
})

test('a file that is not there sets nothing; what cannot be read is told', () => {
  expect(readDotEnv('/no/such/.env')).toEqual({ set: {}, problems: [] })
  expect(readDotEnv('/')).toEqual({ set: {}, problems: ['/ cannot be read (EISDIR)'] })
})
