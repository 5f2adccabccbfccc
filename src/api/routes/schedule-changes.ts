import { z } from 'zod'

import { addSchedule, changeSchedule, removeSchedule, runNow } from '../schedule-acts.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { Text } from '../schemas/plain.js'
import { NewSchedule, RecurringJob, Schedule, ScheduleChange, ScheduleId } from '../schemas/schedule.js'

export const scheduleChanges: Routes = async (api, { changes }) => {
  const tags = ['schedules']
  const config = { may: 'schedules.manage' } as const

  api.post(
    '/schedules',
    {
      config,
      schema: {
        tags,
        summary: 'Add a schedule',
        description:
          'Every job it makes gets the same `data`. The time zone is your tenant’s, unless you say another.',
        body: NewSchedule,
        response: { 201: Schedule, ...problems },
      },
    },
    (request, reply) => addSchedule(changes, request, reply, request.body),
  )

  api.post(
    '/jobs/recurring',
    {
      config,
      schema: {
        tags: ['jobs'],
        summary: 'Create a recurring job',
        description: 'Adds a schedule, under which it is changed, paused and removed: see there.',
        body: RecurringJob,
        response: { 201: Schedule, ...problems },
      },
    },
    (request, reply) => addSchedule(changes, request, reply, request.body),
  )

  api.patch(
    '/schedules/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change a schedule',
        description:
          'What is left out stays. It outlives restarts and new versions of the code that declares it.',
        params: ScheduleId,
        body: ScheduleChange,
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      changeSchedule(changes, request, reply, 'update', (on, { tenantId, actor }, id) =>
        on.update(tenantId, id, request.body, actor),
      ),
  )

  api.delete(
    '/schedules/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Remove a schedule that people made',
        description: 'What the code declares can only be paused. Jobs it has made are left alone.',
        params: ScheduleId,
        response: { 200: Schedule.describe('As it was.'), ...problems },
      },
    },
    (request, reply) => removeSchedule(changes, request, reply),
  )

  api.post(
    '/schedules/:id/pause',
    {
      config,
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Pause a schedule',
        description: 'It makes no jobs until it is resumed. Those it has made run on.',
        params: ScheduleId,
        body: z.strictObject({ reason: Text.optional() }),
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      changeSchedule(changes, request, reply, 'pause', (on, { tenantId, actor }, id) =>
        on.pause(tenantId, id, actor, request.body.reason ?? ''),
      ),
  )

  api.post(
    '/schedules/:id/resume',
    {
      config,
      schema: {
        tags,
        summary: 'Resume a schedule',
        description: 'It goes on with the next tick; those of the pause are not made up for.',
        params: ScheduleId,
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      changeSchedule(changes, request, reply, 'resume', (on, { tenantId, actor }, id) =>
        on.resume(tenantId, id, actor),
      ),
  )

  api.post(
    '/schedules/:id/run',
    {
      config,
      schema: {
        tags,
        summary: 'Run a schedule now',
        description: 'Makes a job as a tick would, paused or not.',
        params: ScheduleId,
        response: { 202: z.object({ jobId: z.string(), scheduleId: z.string() }), ...problems },
      },
    },
    (request, reply) =>
      runNow(changes, request, reply, { named: request.params.id, toAnswer: (run) => run, status: 202 }),
  )
}
