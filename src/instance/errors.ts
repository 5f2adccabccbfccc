/** An error of looking after a Linehaul as a whole. */
export class InstanceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'InstanceError'
  }
}

export class NotEmbeddedError extends InstanceError {
  constructor() {
    super(
      'INSTANCE_NOT_EMBEDDED',
      'Linehaul backs up and restores its embedded database only. Of a server `pg_dump --format=custom --file=linehaul.dump "$DATABASE_URL"` makes a consistent copy while everything runs, and `pg_restore --clean --if-exists --dbname="$DATABASE_URL" linehaul.dump` brings it back while nothing does.',
    )
  }
}

export class BackupRunningError extends InstanceError {
  constructor() {
    super(
      'INSTANCE_BACKUP_RUNNING',
      'Another backup of this Linehaul is being made. Wait until that one is there.',
    )
  }
}

export class BackupExistsError extends InstanceError {
  constructor(file: string) {
    super(
      'INSTANCE_BACKUP_EXISTS',
      `There is a file ${file} already, and it is left as it is. Name another one with --to.`,
    )
  }
}

export class BackupUnwritableError extends InstanceError {
  constructor(file: string, cause: unknown) {
    super(
      'INSTANCE_BACKUP_UNWRITABLE',
      `The backup ${file} could not be written, and nothing of it was left: ${messageOf(cause)}. Look at the disk's space and the folder's rights, or name another file with --to.`,
      { cause },
    )
  }
}

export class BackupUnreadableError extends InstanceError {
  constructor(file: string, cause: unknown) {
    super('INSTANCE_BACKUP_UNREADABLE', `The backup ${file} cannot be read: ${messageOf(cause)}.`, { cause })
  }
}

export class BackupDamagedError extends InstanceError {
  constructor(file: string, why: string, cause?: unknown) {
    super(
      'INSTANCE_BACKUP_DAMAGED',
      `${file} is no whole backup: ${why}. Nothing was changed. Fetch it again, or take another one.`,
      { cause },
    )
  }
}

export class BackupNewerError extends InstanceError {
  constructor(file: string, version: string, what: string) {
    super(
      'INSTANCE_BACKUP_NEWER',
      `${file} was made by Linehaul ${version} and has ${what}, which this version does not know. Nothing was changed. Restore it with that version or a later one.`,
    )
  }
}

export class BackupUnusableError extends InstanceError {
  constructor(file: string, cause: unknown) {
    super(
      'INSTANCE_BACKUP_UNUSABLE',
      `The database in ${file} does not open: ${messageOf(cause)}. Nothing was changed. Restore it with the version that made it, or take another one.`,
      { cause },
    )
  }
}

export class FolderNotEmptyError extends InstanceError {
  constructor(folder: string) {
    super(
      'INSTANCE_FOLDER_NOT_EMPTY',
      `There is a database in ${folder}, and it is left as it is. With --force the backup takes its place, and the old one is kept beside it.`,
    )
  }
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
}
