/** From the least to the most. All but `owner` are roles in one tenant; `owner` stands above tenants. */
export const ROLES = ['viewer', 'operator', 'manager', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** What can be done, and which role it takes at least; `docs/access.md` has the same table. */
export const LEAST_ROLE = {
  'jobs.read': 'viewer',
  'jobs.create': 'manager',
  'jobs.control': 'manager',
  'jobs.bury': 'admin',
  'queues.control': 'admin',
  'schedules.read': 'viewer',
  'schedules.manage': 'admin',
  'scheduler.control': 'admin',
  'alerts.read': 'viewer',
  'alerts.manage': 'admin',
  'workers.read': 'viewer',
  'shipments.read': 'viewer',
  'shipments.write': 'operator',
  'lanes.read': 'viewer',
  'lanes.decide': 'manager',
  'patterns.configure': 'admin',
  'rules.read': 'viewer',
  'rules.manage': 'admin',
  'notifications.read': 'viewer',
  'mails.read': 'admin',
  'mails.manage': 'admin',
  'webhooks.manage': 'admin',
  'directory.read': 'viewer',
  'directory.write': 'operator',
  'tenant.read': 'viewer',
  'tenant.manage': 'admin',
  'users.read': 'admin',
  'users.manage': 'admin',
  'keys.manage': 'admin',
  'providers.manage': 'admin',
  'secrets.manage': 'admin',
  'audit.read': 'admin',
  'tenants.manage': 'owner',
  'instance.backup': 'owner',
  'instance.diagnose': 'owner',
} as const satisfies Readonly<Record<string, Role>>

export type Action = keyof typeof LEAST_ROLE

export const ACTIONS = Object.keys(LEAST_ROLE) as readonly Action[]

/** Whether a role is enough for something. */
export function can(role: Role, action: Action): boolean {
  return isAtLeast(role, LEAST_ROLE[action])
}

export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}
