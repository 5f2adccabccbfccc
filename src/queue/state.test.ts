import { expect, test } from 'vitest'

import { isFinal, JOB_STATES, LEGAL_MOVES, mayMove } from './state.js'

test('every state that is not final can be left, and every one can be reached', () => {
  for (const state of JOB_STATES) {
    if (!isFinal(state)) expect(LEGAL_MOVES[state], state).not.toHaveLength(0)
    expect(
      JOB_STATES.some((from) => mayMove(from, state)),
      state,
    ).toBe(true)
  }
})

test('only what waits may run, only what runs may be done, and only what is open may be buried', () => {
  const into = (state: (typeof JOB_STATES)[number]) => JOB_STATES.filter((from) => mayMove(from, state))
  expect(into('running')).toEqual(['waiting'])
  expect(into('done')).toEqual(['running'])
  expect(into('dead')).toEqual(JOB_STATES.filter((state) => !isFinal(state)))
})

test('what is done stays done, and a dead or cancelled job only comes back into line', () => {
  expect(LEGAL_MOVES.done).toEqual([])
  expect(LEGAL_MOVES.dead).toEqual(['blocked', 'held', 'waiting'])
  expect(LEGAL_MOVES.cancelled).toEqual(['blocked', 'held', 'waiting'])
})

test('done, cancelled and dead are final', () => {
  expect(JOB_STATES.filter(isFinal)).toEqual(['done', 'cancelled', 'dead'])
})
