import { expect, test } from 'vitest'

import { ACTIONS, can, isAtLeast, LEAST_ROLE, may, ROLES } from './index.js'

test('who may do something may do it in every higher role, and in no lower one than the table says', () => {
  for (const action of ACTIONS)
    expect(ROLES.filter((role) => can(role, action))).toEqual(ROLES.slice(ROLES.indexOf(LEAST_ROLE[action])))
})

test('every role looks at jobs, managers create them, admins control the scheduler', () => {
  expect(ROLES.filter((role) => can(role, 'jobs.read'))).toEqual(ROLES)
  expect(ROLES.filter((role) => can(role, 'jobs.create'))).toEqual(['manager', 'admin', 'owner'])
  expect(ROLES.filter((role) => can(role, 'scheduler.control'))).toEqual(['admin', 'owner'])
  expect(ROLES.filter((role) => can(role, 'tenants.manage'))).toEqual(['owner'])
  expect(isAtLeast('operator', 'operator')).toBe(true)
})

test('a narrow credential may do what it is for, and no more than its role', () => {
  const narrow = { role: 'manager', scopes: ['jobs.create', 'scheduler.control'] } as const
  expect(may(narrow, 'jobs.create')).toBe(true)
  expect(may(narrow, 'jobs.read')).toBe(false)
  expect(may(narrow, 'scheduler.control')).toBe(false)
  expect(may({ ...narrow, scopes: null }, 'jobs.read')).toBe(true)
})
